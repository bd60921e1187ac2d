import { AsyncLocalStorage } from 'node:async_hooks';

// A worker's sandbox gives workflow code this global; @temporalio/workflow looks for it once, when it is loaded. So: imported first.
Object.assign(globalThis, { AsyncLocalStorage });
