import { TransientError } from '../../domain/errors';
import type { Sighting } from './sighting';

/** What was not asked for yet. Strangers can have an operation refused as often as they pay for: the oldest of that goes first. */
const mostWaiting = 64;

export interface NewsQueue {
  push(sighting: Sighting): void;
  readonly next: (signal: AbortSignal) => Promise<Sighting>;
  close(): void;
}

/** @param whyNothing what an aborted wait rejects with: the signal's reason, or why there could be no news */
export function createNewsQueue(whyNothing: (signal: AbortSignal) => Error): NewsQueue {
  const news: Sighting[] = [];
  const waiting = new Set<{ give: (sighting: Sighting) => void; fail: (error: Error) => void }>();
  let isClosed = false;

  return {
    push(sighting) {
      const [first] = waiting;
      if (first) return first.give(sighting);
      news.push(sighting);
      if (news.length <= mostWaiting) return;
      const expendable = news.findIndex(({ kind }) => kind === 'refused' || kind === 'dropped');
      news.splice(Math.max(0, expendable), 1);
    },
    next(signal) {
      if (signal.aborted) return Promise.reject(whyNothing(signal));
      const oldest = news.shift();
      if (oldest) return Promise.resolve(oldest);
      if (isClosed) return Promise.reject(notTracked());
      return new Promise((resolve, reject) => {
        const done = (): void => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => waiter.fail(whyNothing(signal));
        const waiter = {
          give: (sighting: Sighting): void => (done(), resolve(sighting)),
          fail: (error: Error): void => (done(), reject(error)),
        };
        waiting.add(waiter);
        signal.addEventListener('abort', abort);
      });
    },
    close() {
      isClosed = true;
      for (const waiter of [...waiting]) waiter.fail(notTracked());
    },
  };
}

const notTracked = (): TransientError => new TransientError('OUTCOME_UNKNOWN', 'the operation is not tracked any more');
