import type { Chain } from '../chain';
import type { BlockWindow } from './createBlockWindow';
import { readHeader, type Header } from './readHeader';

/** After a longer gap (an outage) the window begins anew: what matters is then read from the slots. */
const mostMissedBlocks = 256n;

/**
 * The blocks from `head` back to the first whose parent is in the window, rising; null when it joins nowhere there. Blocks that
 * were missed come in one batch, those of a fork one by one along the parent hashes: by number they could be of another branch.
 */
export async function readBranch(chain: Chain, window: BlockWindow, head: Header): Promise<readonly Header[] | null> {
  const { tip, lowest } = window;
  if (!tip || !lowest || head.number - tip.number > mostMissedBlocks) return null;
  const missed = await Promise.all(
    numbersBetween(tip.number, head.number).map((blockNumber) => readHeader(chain, { blockNumber })),
  );
  const byHash = new Map(missed.map((header) => [header.hash, header]));
  const branch = [head];
  for (let first = head; window.at(first.number - 1n)?.hash !== first.parentHash;) {
    if (first.number <= lowest.number + 1n) return null;
    first = byHash.get(first.parentHash) ?? (await readHeader(chain, { blockHash: first.parentHash }));
    branch.unshift(first);
  }
  return branch;
}

function numbersBetween(low: bigint, high: bigint): readonly bigint[] {
  return Array.from({ length: Math.max(0, Number(high - low) - 1) }, (_, index) => low + BigInt(index) + 1n);
}
