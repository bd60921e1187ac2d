import { TransientError } from '../../domain/errors';
import type { Chain } from '../chain';
import type { FinalBlock } from '../readFinalBlock';
import type { Contradiction } from './contradiction';
import { createBlockWindow } from './createBlockWindow';
import { readBranch } from './readBranch';
import { readHeader, type Header } from './readHeader';

/** What one look at the chain has shown. */
export interface ChainView {
  readonly latest: Header;
  readonly final: FinalBlock;
  /** The blocks above this were replaced since the last look, or taken back; null: none was. */
  readonly reorgedAbove: bigint | null;
  /** A block that counted as final is not there any more. */
  readonly pastFinality: boolean;
  /** What the chain takes back of what it called final; told once. */
  readonly contradiction: Contradiction | null;
  /** The block seen at this height, while it is remembered. */
  readonly at: (number: bigint) => Header | undefined;
}

/** How many blocks below the final one are remembered: a reorg past finality is then seen as one. */
const margin = 16n;
/** A head below one that was seen is most often a node that lags. It counts once it was seen so often, and for two polls. */
const lowerLooks = 3;
/** A head (or a `finalized`) below what is *final* is nearly always a node that lags: only after so long the chain has lost its final blocks. */
const lostAfterMs = 30_000;

export interface Follower {
  /** With nobody interested only the head is read. */
  readonly look: (isWanted: boolean) => Promise<ChainView | null>;
  /** The last known; what was final stays so while the node is silent. */
  readonly final: () => FinalBlock | null;
  readonly latest: () => Header | null;
}

/** Follows one chain's blocks along their parent hashes, and its final block under the chain's policy. */
export function createFollower(chain: Chain): Follower {
  const { finality, pollIntervalMs } = chain.config;
  const window = createBlockWindow();
  let final: FinalBlock | null = null;
  let lower: { looks: number; since: number } | null = null;
  // Kept until a look that goes through has told of them.
  let reorgedAbove: bigint | null = null;
  let pastFinality = false;
  /** The final block that is gone. */
  let lost: FinalBlock | null = null;
  /** Since when `finalized` is below what was final, and whether that was told. */
  let sunk: { readonly since: number; isTold: boolean } | null = null;
  let wasIdle = false;

  const reorg = (above: bigint): void => {
    reorgedAbove = reorgedAbove === null || above < reorgedAbove ? above : reorgedAbove;
    if (final && above < final.number) {
      pastFinality = true;
      lost ??= final;
      final = null;
    }
  };

  /** While nobody asked, blocks were not followed: what was final before may be gone. */
  async function checkStanding(head: Header): Promise<void> {
    if (!final || head.number < final.number) return;
    const standing = window.at(final.number) ?? (await readHeader(chain, { blockNumber: final.number }));
    if (standing.hash === final.hash) return;
    window.restart(head);
    reorg(final.number - 1n);
  }

  /** Of a chain that has lost its final block: what stands in its place. Or of one whose `finalized` stays below it. */
  async function contradictionIn(now: FinalBlock, tagged: Header | null): Promise<Contradiction | null> {
    const { name } = chain.config;
    if (lost) {
      const from = { number: lost.number, hash: lost.hash };
      if (now.number < from.number) return { chain: name, kind: 'finalizedRegressed', from, to: placeOf(now) };
      const to = window.at(from.number) ?? (await readHeader(chain, { blockNumber: from.number }));
      return { chain: name, kind: 'finalizedReplaced', from, to: placeOf(to) };
    }
    if (!tagged || tagged.number >= now.number) sunk = null;
    else sunk ??= { since: Date.now(), isTold: false };
    if (!tagged || !sunk || sunk.isTold || Date.now() - sunk.since < lostAfterMs) return null;
    sunk.isTold = true;
    return { chain: name, kind: 'finalizedRegressed', from: placeOf(now), to: placeOf(tagged) };
  }

  /** The head is one we passed already: a node that lags, or blocks were taken back. */
  function meetLower(head: Header): void {
    lower = { looks: (lower?.looks ?? 0) + 1, since: lower?.since ?? Date.now() };
    const forMs = Date.now() - lower.since;
    if (final && head.number < final.number) {
      if (forMs < lostAfterMs) return;
      window.restart(head);
      reorg(head.number);
    } else if (lower.looks >= lowerLooks && forMs >= 2 * pollIntervalMs) {
      if (window.at(head.number)) window.cutAbove(head.number);
      else window.restart(head); // it is below everything that was seen
      reorg(head.number);
    }
  }

  /** The window lost the thread. Everything above the final block is seen anew; whether that still stands is asked. */
  async function restart(head: Header): Promise<void> {
    const stands =
      !final ||
      (head.number >= final.number && (await readHeader(chain, { blockNumber: final.number })).hash === final.hash);
    const above = final?.number ?? 0n;
    window.restart(head);
    reorg(stands ? above : above - 1n);
  }

  async function goTo(head: Header): Promise<void> {
    const { tip, lowest } = window;
    if (!tip || !lowest) return window.restart(head);
    const isBelow = head.number < lowest.number;
    if (isBelow || (head.number < tip.number && window.at(head.number)?.hash === head.hash)) return meetLower(head);
    lower = null;
    if (tip.hash === head.hash) return;
    const branch = await readBranch(chain, window, head);
    const parent = branch?.[0] ? branch[0].number - 1n : null;
    if (!branch || parent === null) return restart(head);
    window.graft(branch);
    if (parent < tip.number) reorg(parent);
  }

  async function settleFinal(tagged: Header | null, latest: Header): Promise<FinalBlock> {
    const depth = finality.kind === 'confirmations' ? BigInt(finality.confirmations - 1) : 0n;
    const number = tagged?.number ?? (latest.number > depth ? latest.number - depth : 0n);
    const seen = window.at(number);
    if (tagged && seen && seen.hash !== tagged.hash) {
      throw new TransientError('CHAIN_UNAVAILABLE', `${chain.config.name} shows two blocks at ${number}`);
    }
    if (tagged && final?.number === number && final.hash !== tagged.hash) reorg(number - 1n); // the window forgot it
    // What is final stays final: a lower one is a node that lags, and a reorg past finality was seen above.
    if (final && number <= final.number) return final;
    const block = tagged ?? seen ?? (await readHeader(chain, { blockNumber: number }));
    final = { number: block.number, hash: block.hash, timestamp: block.timestamp };
    window.forgetBelow(final.number - margin);
    return final;
  }

  return {
    final: () => final,
    latest: () => window.tip,
    async look(isWanted) {
      const needsTag = isWanted && finality.kind === 'finalized';
      const [head, tagged] = await Promise.all([
        readHeader(chain, { blockTag: 'latest' }),
        needsTag ? readHeader(chain, { blockTag: 'finalized' }) : null,
      ]);
      if (!isWanted) {
        if (window.tip?.hash === head.parentHash) window.graft([head]);
        else if (window.at(head.number)?.hash !== head.hash) window.restart(head);
        if (window.tip) window.forgetBelow(window.tip.number - margin);
        wasIdle = true;
        return null;
      }
      if (wasIdle) await checkStanding(head);
      wasIdle = false;
      await goTo(head);
      const latest = window.tip ?? head;
      const settled = await settleFinal(tagged, latest);
      const contradiction = await contradictionIn(settled, tagged);
      const view = { latest, final: settled, reorgedAbove, pastFinality, contradiction };
      reorgedAbove = lost = null;
      pastFinality = false;
      return { ...view, at: (number) => window.at(number) };
    },
  };
}

const placeOf = ({ number, hash }: FinalBlock): Contradiction['from'] => ({ number, hash });
