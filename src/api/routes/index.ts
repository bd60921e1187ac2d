import type { Route } from '../route';
import { cancelSettlement } from './cancelSettlement';
import { getBatch } from './getBatch';
import { getSettlement } from './getSettlement';
import { healthz } from './healthz';
import { listSettlements } from './listSettlements';
import { openapiRoute } from './openapi';
import { readInfo } from './readInfo';
import { readProgress } from './readProgress';
import { readSupply } from './readSupply';
import { readyz } from './readyz';
import { resolveSettlement } from './resolveSettlement';
import { retrySettlement } from './retrySettlement';
import { streamEvents } from './streamEvents';
import { submitBatch } from './submitBatch';
import { submitSettlement } from './submitSettlement';

const settlements = [
  submitSettlement,
  listSettlements,
  getSettlement,
  readProgress,
  streamEvents,
  retrySettlement,
  cancelSettlement,
  resolveSettlement,
  submitBatch,
  getBatch,
];
const described: readonly Route[] = [...settlements, readInfo, readSupply, healthz, readyz];

/** Every operation of the API, in the order of the OpenAPI document. */
export const routes: readonly Route[] = [...described, openapiRoute(described)];
