import { TransientError } from '../domain/errors';
import type { Journal, OperationKey, SignedTransaction } from './journal';

/** How many activities and operations are remembered; the oldest are forgotten first, which costs proofs, never money. */
const mostEntries = 50_000;

/**
 * A journal that lasts as long as this process. It therefore knows everything only about activities whose every execution
 * ran here, and says so; for the others a settlement waits for a proof that the chain itself gives.
 */
export function createMemoryJournal(): Journal {
  const lastExecution = new Map<string, { attempt: number; complete: boolean; forgottenBefore: number }>();
  const transactions = new Map<string, SignedTransaction[]>();
  let forgotten = 0;

  return {
    async open(execution) {
      const id = `${execution.runId}/${execution.activityId}`;
      const last = lastExecution.get(id);
      if (last && last.attempt > execution.attempt) return false; // opened late: it was taken over from already
      // Gaps are executions on other workers: what they signed is not known here, and never will be. Neither is anything
      // certain once a transaction was forgotten since the activity began: it may have been this one's.
      const continues =
        last?.complete === true && last.attempt === execution.attempt - 1 && last.forgottenBefore === forgotten;
      const complete = execution.attempt === 1 || continues;
      remember(lastExecution, id, { attempt: execution.attempt, complete, forgottenBefore: forgotten });
      return complete;
    },
    async record(execution, key, transaction) {
      const last = lastExecution.get(`${execution.runId}/${execution.activityId}`);
      if (last?.attempt !== execution.attempt) {
        throw new TransientError('OUTCOME_UNKNOWN', 'a later execution of this activity has taken over');
      }
      forgotten += remember(transactions, keyText(key), [...(transactions.get(keyText(key)) ?? []), transaction]);
    },
    async find(key) {
      return transactions.get(keyText(key)) ?? [];
    },
  };
}

function keyText(key: OperationKey): string {
  return `${key.chainId}/${key.fingerprint}/${key.kind}/${key.attempt}`;
}

/** Returns how many entries were forgotten for it. */
function remember<V>(map: Map<string, V>, key: string, value: V): number {
  map.delete(key);
  map.set(key, value);
  if (map.size <= mostEntries) return 0;
  map.delete(map.keys().next().value as string);
  return 1;
}
