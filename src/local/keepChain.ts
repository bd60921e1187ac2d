import { setTimeout as pause } from 'node:timers/promises';
import type { Address } from 'viem';
import { readCodeHash, readHead, readMark, type BlockHead, type ChainMark } from './chainMark';
import { rpcCall } from './rpcCall';
import { saveChainState } from './saveChainState';
import { writeFileAtomically } from './writeFileAtomically';

export interface KeptChain {
  readonly rpcUrl: string;
  readonly gateway: Address;
  readonly statePath: string;
  readonly markPath: string;
  /** When it aborts, the chain is kept no longer. */
  readonly ending: AbortSignal;
}

export interface ChainKeeper {
  /** Resolves after the end, when nothing is under way any more. */
  readonly ended: Promise<void>;
}

type MarkedBlock = ChainMark['block'];

/** What happens between two looks can be lost unnoticed by who kills everything at once; so they are close. */
const lookEveryMs = 250;
/** Two blocks a second while something waits to become final. */
const settlingBlockMs = 500;
/** How many empty blocks follow one with a transaction: more than any finality policy of the local stack asks for. */
const settlingBlocks = 4;
/** A quiet chain still moves now and then, so that time passes on it. Every block costs anvil memory for good. */
const idleBlockMs = 15_000;
/** The state is saved once it is quiet for this long, and at the latest after that. */
const [quietMs, longestUnsavedMs] = [1_000, 5_000];
const deepestReorg = 64;

/**
 * Keeps a local chain alive: two blocks a second while something waits for finality and one every 15 s while nothing does
 * (anvil's own --block-time would make 86,400 blocks a day, and anvil grows and slows with each), a mark of the last block
 * that mattered, and a snapshot of the state soon after. The snapshot is for what the guard cannot help with: a killed anvil,
 * a killed guard, a power cut.
 */
export async function keepChain(chain: KeptChain): Promise<ChainKeeper> {
  let mark = readMark(chain.markPath) ?? (await firstMark(chain));
  let head = { number: 0, since: Date.now() };
  let saved = { hash: '', at: Date.now() };
  writeFileAtomically(chain.markPath, JSON.stringify(mark));

  async function look(): Promise<void> {
    const latest = await readLatest(chain.rpcUrl);
    if (latest.number !== head.number) head = { number: latest.number, since: Date.now() };
    const block = await busyBlockSince(chain.rpcUrl, latest, mark.block);
    const moved = block.hash !== mark.block.hash;
    if (moved) {
      mark = { ...mark, block };
      writeFileAtomically(chain.markPath, JSON.stringify(mark));
    }
    const unmovedMs = Date.now() - head.since;
    if (await isBlockDue(chain.rpcUrl, unmovedMs, latest.number - mark.block.number)) {
      await rpcCall(chain.rpcUrl, 'evm_mine');
    }
    if (mark.block.hash === saved.hash) return;
    if ((moved || unmovedMs < quietMs) && Date.now() - saved.at < longestUnsavedMs) return;
    const { hash } = mark.block;
    await saveChainState(chain.rpcUrl, chain.statePath);
    saved = { hash, at: Date.now() };
  }

  async function keep(): Promise<void> {
    while (!chain.ending.aborted) {
      try {
        await look();
      } catch {
        // It does not answer: stopped, busy or dead. Whoever watches the process knows; here it is tried again.
      }
      await pause(lookEveryMs, undefined, { signal: chain.ending }).catch(() => undefined);
    }
  }

  return { ended: keep() };
}

async function firstMark(chain: KeptChain): Promise<ChainMark> {
  const latest = await readLatest(chain.rpcUrl);
  return {
    gateway: chain.gateway,
    gatewayCodeHash: await readCodeHash(chain.rpcUrl, chain.gateway),
    block: (await lastBusyBlock(chain.rpcUrl, latest, 0)) ?? latest,
  };
}

async function busyBlockSince(rpcUrl: string, latest: BlockHead, known: MarkedBlock): Promise<MarkedBlock> {
  if ((await readHead(rpcUrl, known.number))?.hash === known.hash) {
    return (await lastBusyBlock(rpcUrl, latest, known.number)) ?? known;
  }
  // A reorg (a test's) took it: another is looked for, some way down.
  return (await lastBusyBlock(rpcUrl, latest, latest.number - deepestReorg)) ?? latest;
}

/** The latest block with a transaction in it, above `floor`. */
async function lastBusyBlock(rpcUrl: string, latest: BlockHead, floor: number): Promise<MarkedBlock | undefined> {
  let head: BlockHead | null = latest;
  while (head && head.number > Math.max(floor, 0)) {
    if (head.transactionCount > 0) return { number: head.number, hash: head.hash };
    head = await readHead(rpcUrl, head.number - 1);
  }
  return undefined;
}

async function readLatest(rpcUrl: string): Promise<BlockHead> {
  const latest = await readHead(rpcUrl, 'latest');
  if (!latest) throw new Error(`${rpcUrl} has no blocks`);
  return latest;
}

async function isBlockDue(rpcUrl: string, unmovedMs: number, emptyBlocks: number): Promise<boolean> {
  if (unmovedMs < settlingBlockMs) return false;
  if (unmovedMs < idleBlockMs && emptyBlocks >= settlingBlocks) {
    const { pending } = await rpcCall<{ readonly pending: string }>(rpcUrl, 'txpool_status');
    if (Number(pending) === 0) return false;
  }
  // Who switched automatic mining off wants the chain to stand still.
  return rpcCall<boolean>(rpcUrl, 'anvil_getAutomine');
}
