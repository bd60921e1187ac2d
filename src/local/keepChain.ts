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
}

export interface ChainKeeper {
  /** Resolves when nothing more is under way. */
  stop(): Promise<void>;
}

const tickMs = 1_000;
/** How many empty blocks follow one with a transaction: more than any finality policy of the local stack asks for. */
const settlingBlocks = 4;
/** A quiet chain still moves now and then, so that time passes on it. Every block costs anvil memory for good. */
const idleBlockSeconds = 15;
const longestUnsavedMs = 5_000;
const deepestReorg = 64;

/**
 * Keeps a local chain alive: a block a second while something waits for finality and one every 15 s while nothing does
 * (anvil's own --block-time would make 86,400 blocks a day, and anvil grows and slows with each), a mark of the last block
 * that mattered, and a snapshot of the state soon after. The snapshot is for what the guard cannot help with: a killed anvil,
 * a killed guard, a power cut.
 */
export async function keepChain(chain: KeptChain): Promise<ChainKeeper> {
  let mark = readMark(chain.markPath) ?? (await firstMark(chain));
  let savedHash: string | undefined;
  let unsavedSince: number | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function tick(): Promise<void> {
    const latest = await readHead(chain.rpcUrl, 'latest');
    if (!latest) return;
    const block = await lastBusyBlock(chain.rpcUrl, latest, mark);
    const moved = block.hash !== mark.block.hash;
    if (moved) {
      mark = { ...mark, block: { number: block.number, hash: block.hash } };
      writeFileAtomically(chain.markPath, JSON.stringify(mark));
    }
    if (await isBlockDue(chain.rpcUrl, latest, mark)) await rpcCall(chain.rpcUrl, 'evm_mine');
    if (mark.block.hash === savedHash) return;
    unsavedSince ??= Date.now();
    // Once it is quiet, and at the latest after a while.
    if (!moved || Date.now() - unsavedSince > longestUnsavedMs) {
      const saving = mark.block.hash;
      await saveChainState(chain.rpcUrl, chain.statePath);
      savedHash = saving;
      unsavedSince = undefined;
    }
  }

  async function run(): Promise<void> {
    try {
      await tick();
    } catch {
      // It does not answer: stopped, busy or dead. Whoever watches the process knows; here the next tick tries again.
    }
    if (!stopped) timer = setTimeout(() => (running = run()), tickMs);
  }

  let running = run();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function firstMark(chain: KeptChain): Promise<ChainMark> {
  const [genesis, latest, gatewayCodeHash] = await Promise.all([
    readHead(chain.rpcUrl, 0),
    readHead(chain.rpcUrl, 'latest'),
    readCodeHash(chain.rpcUrl, chain.gateway),
  ]);
  if (!genesis || !latest) throw new Error(`${chain.rpcUrl} has no blocks`);
  return { genesisHash: genesis.hash, gateway: chain.gateway, gatewayCodeHash, block: genesis };
}

/** The latest block with a transaction, looked for from the head down to the one known. */
async function lastBusyBlock(
  rpcUrl: string,
  latest: BlockHead,
  { block: known }: ChainMark,
): Promise<{ number: number; hash: BlockHead['hash'] }> {
  // After a reorg (a test's) the known block may be gone: then it is looked for some way down.
  const stands = (await readHead(rpcUrl, known.number))?.hash === known.hash;
  const floor = stands ? known.number : Math.max(latest.number - deepestReorg, 0);
  for (let head: BlockHead | null = latest; head && head.number > floor;) {
    if (head.transactionCount > 0) return head;
    head = await readHead(rpcUrl, head.number - 1);
  }
  return stands ? known : latest;
}

async function isBlockDue(rpcUrl: string, latest: BlockHead, { block }: ChainMark): Promise<boolean> {
  const settling = latest.number - block.number < settlingBlocks;
  const pending = settling || Number((await rpcCall<{ pending: string }>(rpcUrl, 'txpool_status')).pending) > 0;
  if (!pending && Date.now() / 1000 - latest.timestamp < idleBlockSeconds) return false;
  // Who switched automatic mining off wants the chain to stand still.
  return rpcCall<boolean>(rpcUrl, 'anvil_getAutomine');
}
