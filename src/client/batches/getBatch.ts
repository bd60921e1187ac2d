import type { BatchReport } from '../../domain/batch';
import { batchRunIdOf } from '../../domain/batch';
import { PermanentError } from '../../domain/errors';
import { askTemporal } from '../askTemporal';
import { isNotFound } from '../readForgotten';
import type { BatchContext } from './submitBatch';

/** A batch with its run's status as Temporal names it; null when Temporal does not know the run (any more). */
export interface BatchStanding extends BatchReport {
  readonly run: string | null;
}

/** What stands of a batch's orders. @throws PermanentError NOT_FOUND; TransientError LEDGER_UNAVAILABLE, TEMPORAL_UNAVAILABLE */
export async function getBatch({ ledger, client }: BatchContext, batchId: string): Promise<BatchStanding> {
  // The run first: what it had not begun when it ended, nobody begins later.
  const run = await askTemporal(() => client.workflow.getHandle(batchRunIdOf(batchId)).describe()).catch(
    (error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    },
  );
  const report = await ledger.readBatch(batchId);
  if (report) return { ...report, run: run?.status.name ?? null };
  throw new PermanentError('NOT_FOUND', `no batch ${batchId} is known`);
}
