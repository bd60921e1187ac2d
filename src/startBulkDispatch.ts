import type { Logger } from 'pino';
import { startBatchRun } from './client/batches/startBatchRun';
import type { ClientContext } from './client/context';
import { keepRepeating, type Repeating } from './keepRepeating';
import type { Ledger } from './ledger/createLedger';

/**
 * Closes the batch of what was accepted in bulk once its window is over, and starts its run. Every worker does, beside the others and
 * whoever died: a run's start can be said twice.
 */
export function startBulkDispatch(
  context: Pick<ClientContext, 'client' | 'config'>,
  ledger: Pick<Ledger, 'closeBulk' | 'markBulkStarted'>,
  log: Logger,
): Repeating {
  const { windowMs } = context.config.bulk;
  async function dispatch(): Promise<void> {
    for (const { batchId, size } of await ledger.closeBulk(windowMs)) {
      await startBatchRun(context, batchId, size);
      await ledger.markBulkStarted(batchId);
    }
  }
  return keepRepeating(dispatch, {
    everyMs: windowMs / 2,
    onTrouble: (error) => log.warn({ err: error }, 'bulk batches were not started; tried again'),
  });
}
