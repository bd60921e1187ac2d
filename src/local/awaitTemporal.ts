import { temporal } from '@temporalio/proto';
import { Connection, type ConnectionOptions } from '@temporalio/client';
