import type { BlockWatcher } from '../../src/chains/createBlockWatcher';
import type { FinalBlock } from '../../src/chains/readFinalBlock';
import { isApplied } from '../../src/domain/slot';
import type { SimulatedClock } from './clock';
import type { SimulatedChain } from './simulatedChain';

/*
 * FAKE: the watcher of a chain's blocks: tells that an operation is final, or nothing at all, and knows a final block that may be a
 * poll old. It follows no reorgs; that is tested on src/chains/watcher itself.
 */

const pollMs = 1_000;

export function createSimulatedWatcher(chain: SimulatedChain, clock: SimulatedClock, speaks: boolean): BlockWatcher {
  let seen: { readonly block: FinalBlock; readonly at: number } | null = null;
  const look = (): void => {
    if (chain.away) return;
    const { number, hash, timestamp } = chain.final();
    seen = { block: { number, hash, timestamp }, at: clock.now };
  };
  const watcher: Partial<BlockWatcher> = {
    track: ({ kind, attempt }) => ({
      next: (signal) =>
        new Promise((resolve, reject) => {
          if (!speaks) return;
          const poll = (): void => {
            if (signal.aborted) return reject(new Error('no longer waited for'));
            const block = chain.final();
            if (chain.away || !isApplied(block.slot, kind, attempt)) return void clock.after(pollMs, poll);
            const { number, hash, timestamp, slot } = block;
            resolve({ kind: 'final', slot, block: { number, hash, timestamp }, transactionHash: hashOf(chain, kind) });
          };
          poll();
        }),
      close: () => undefined,
    }),
    recentFinalBlock() {
      if (!speaks) return null;
      if (!seen || clock.now - seen.at > pollMs) look();
      return seen && clock.now - seen.at <= pollMs ? seen.block : null;
    },
  };
  return watcher as BlockWatcher;
}

function hashOf(chain: SimulatedChain, kind: string) {
  return chain.applied().findLast(({ operation }) => operation.kind === kind)?.hash ?? null;
}
