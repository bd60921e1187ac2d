import { createProgressReader } from '../client/progress/createProgressReader';
import type { Progress } from '../client/progress/progress';
import type { ApiContext } from './apiContext';
import { shareAnswers } from './shareAnswers';

/** Blocks and confirmations change no faster for the eye. */
const freshForMs = 1_000;
/** What is final is kept for so many settlements; the one that was asked for longest ago goes first. */
const mostKept = 1_000;

/** How far a settlement is. However many look at one, ledger, Temporal and chains are asked at one pace. */
export function createProgress({ client, ledger }: Pick<ApiContext, 'client' | 'ledger'>) {
  const readers = new Map<string, () => Promise<Progress>>();
  // Without the journal: whoever serves HTTP may not read signed transactions.
  const reads = {
    find: ledger.find,
    findClaim: ledger.findClaim,
    eventsOf: async (settlementId: string) =>
      (await ledger.eventsOf(settlementId, 0)).map(({ seq, status, attempt, at }) => ({
        seq,
        to: status,
        attempt,
        at,
      })),
  };
  return (settlementId: string): Promise<Progress> => {
    const kept = readers.get(settlementId);
    const reader = kept ?? newReader(settlementId);
    // At the end of the map's order: it was asked for last.
    readers.delete(settlementId);
    readers.set(settlementId, reader);
    const [oldest] = readers.keys();
    if (readers.size > mostKept && oldest !== undefined) readers.delete(oldest);
    return reader();
  };

  function newReader(settlementId: string): () => Promise<Progress> {
    const reader = createProgressReader({ ...client, ledger: reads }, settlementId, { askWorker: false });
    return shareAnswers(() => reader.look(), freshForMs);
  }
}
