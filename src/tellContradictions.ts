import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { Logger } from 'pino';
import type { BlockWatcher } from './chains/createBlockWatcher';
import type { Contradiction } from './chains/watcher/contradiction';
import type { Finding } from './domain/reconciliation';
import { tellFindings, type Told } from './reconciliation/tellFindings';

/** Until ledger and receiver took it; should the process end before that, the reconciliation finds the same by its marks. */
const untilTold = retry(handleAll, {
  maxAttempts: Infinity,
  backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 60_000 }),
});

/** Pauses every route of a chain that takes back what it had called final, and calls an operator. Returns how to stop. */
export function tellContradictions(watchers: readonly BlockWatcher[], told: Told, log: Logger): () => void {
  const stop = new AbortController();
  for (const watcher of watchers) {
    watcher.onContradiction((contradiction) => {
      log.error({ contradiction: textOf(contradiction) }, 'a chain takes back what was final: its routes are paused');
      untilTold.execute(() => tellFindings(told, [findingOf(contradiction)]), stop.signal).catch(() => undefined);
    });
  }
  return () => stop.abort();
}

function findingOf(contradiction: Contradiction): Finding {
  const { chain } = contradiction;
  return { kind: 'finalityBroken', settlementId: null, route: null, chain, what: textOf(contradiction) };
}

function textOf({ kind, from, to }: Contradiction): string {
  return `${kind}: block ${from.number} was final as ${from.hash}, now it is ${to.number} ${to.hash}`;
}
