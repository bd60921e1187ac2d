import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { rpc } from './checkers/rpcBatch';
import type { CheckedChain, HeadSample } from './checkers/world';

/** Looks at all chains' heads again and again: what stood where before what stood elsewhere, without any clock. */
export interface HeadWatch {
  readonly samples: readonly HeadSample[];
  /** What was seen while this went on does not count: a reorg shows heads in between that no block ever had. */
  without<T>(work: () => Promise<T>): Promise<T>;
  /** What a look saw, or undefined where it does not count. */
  clearly<T>(look: () => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

const betweenLooksMs = 50;

export function watchHeads(chains: readonly CheckedChain[]): HeadWatch {
  const samples: HeadSample[] = [];
  const told = new AbortController();
  const blinks = { open: 0, begun: 0 };
  // There and back, so that of any two chains each is looked at after the other.
  const round = [...chains, ...chains.slice(0, -1).reverse()];
  const look = async (): Promise<HeadSample> => {
    const heads: { chainId: number; head: number }[] = [];
    for (const { chainId, rpcUrl } of round) {
      heads.push({ chainId, head: Number(await rpc<Hex>(rpcUrl, 'eth_blockNumber', [])) });
    }
    return heads;
  };
  /** None of them may begin, go on or end meanwhile. */
  const clearly = async <T>(see: () => Promise<T>): Promise<T | undefined> => {
    const { open, begun } = blinks;
    const seen = await see();
    return open === 0 && blinks.open === 0 && blinks.begun === begun ? seen : undefined;
  };
  const watching = (async () => {
    let last = '';
    while (!told.signal.aborted) {
      const sample = await clearly(look).catch(() => undefined); // a chain that does not answer is seen at the next look
      if (sample && JSON.stringify(sample) !== last) samples.push(sample);
      last = JSON.stringify(sample);
      await delay(betweenLooksMs, undefined, { signal: told.signal }).catch(() => undefined);
    }
  })();
  return {
    samples,
    clearly,
    async without(work) {
      blinks.open += 1;
      blinks.begun += 1;
      try {
        return await work();
      } finally {
        blinks.open -= 1;
      }
    },
    async close() {
      told.abort();
      await watching;
    },
  };
}
