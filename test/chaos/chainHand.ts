import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';
import type { DeployedChain } from '../../src/local/deploy';
import { rpcCall } from '../../src/local/rpcCall';
import type { TestChain } from '../support/testChain';
import { setChainClock } from './setChainClock';

/** One real chain in the hand of whoever breaks it, past every proxy. */
export interface ChainHand {
  readonly deployed: DeployedChain;
  readonly chain: TestChain;
  readonly rpc: <T>(method: string, params?: readonly unknown[]) => Promise<T>;
  /** Blocks come by themselves, as on a living chain, while this is on. */
  setMining(on: boolean): void;
  /** Resolves when no block that was asked for is still to come; after `setMining(false)` there is none. */
  settled(): Promise<void>;
  /** Replaces the last blocks by empty ones, or with these signed transactions in the n-th of them. */
  reorg(depth: number, withThese?: readonly (readonly [raw: Hex, block: number])[]): Promise<void>;
  /** Takes the last blocks away. */
  rollback(depth: number): Promise<void>;
  /** One block with just this time; later ones go on from there. */
  mineAt(timestampSeconds: number): Promise<void>;
  /** What its next block's time will be, about: it may run ahead of everybody's clock. */
  nowSeconds(): number;
  /** A transaction of one of anvil's own accounts; resolves when it is in a block, or has not been for long. */
  sendAs(name: DevAccountName, call: { readonly to: Hex; readonly data?: Hex }): Promise<SentByHand>;
  close(): Promise<void>;
}

export interface SentByHand {
  readonly hash: Hex;
  readonly isIn: boolean;
}

const betweenBlocksMs = 200;
const receiptWithinMs = 10_000;

export function createChainHand(deployed: DeployedChain, chain: TestChain, betweenMs = betweenBlocksMs): ChainHand {
  const rpc = <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    rpcCall<T>(deployed.rpcUrl, method, params, 10_000);
  const state = { mines: true, closed: false, aheadSeconds: 0, last: Promise.resolve<unknown>(undefined) };
  const nowSeconds = (): number => Math.floor(Date.now() / 1_000) + state.aheadSeconds;
  /** Its clock goes on from the common ancestor: what follows must not look older than the journal. */
  const setClock = async (): Promise<void> => {
    const { timestamp } = await rpc<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false]);
    if (nowSeconds() >= Number(timestamp)) await setChainClock(deployed.rpcUrl, state.aheadSeconds);
  };
  const mining = (async () => {
    // An anvil that was slow to start is late by so much for good: its blocks would look older than their journal.
    await setClock().catch(() => undefined);
    while (!state.closed) {
      if (state.mines) state.last = rpc('anvil_mine', ['0x1']).catch(() => undefined); // it may be stopped
      await state.last;
      await delay(betweenMs);
    }
  })();

  /** A block that anvil makes while it takes others back leaves a hole in its chain for good: 38 of them in 640 rewinds. */
  const alone = async (work: () => Promise<unknown>): Promise<void> => {
    const { mines } = state;
    const automines = await rpc<boolean>('anvil_getAutomine');
    state.mines = false;
    await rpc('evm_setAutomine', [false]);
    try {
      await state.last;
      await work();
      await setClock();
    } finally {
      await rpc('evm_setAutomine', [automines]);
      state.mines = mines;
    }
  };

  const isMined = async (hash: Hex): Promise<boolean> => {
    for (const until = Date.now() + receiptWithinMs; Date.now() < until; await delay(50)) {
      if ((await rpc('eth_getTransactionReceipt', [hash])) !== null) return true;
    }
    return false;
  };

  return {
    deployed,
    chain,
    rpc,
    setMining: (on) => void (state.mines = on),
    async settled() {
      await state.last;
    },
    reorg: (depth, withThese = []) => alone(() => rpc('anvil_reorg', [depth, withThese])),
    rollback: (depth) => alone(() => rpc('anvil_rollback', [depth])),
    async mineAt(timestampSeconds) {
      await rpc('evm_setNextBlockTimestamp', [timestampSeconds]);
      await rpc('anvil_mine', ['0x1']);
      state.aheadSeconds = Math.max(state.aheadSeconds, timestampSeconds - Math.floor(Date.now() / 1_000));
    },
    nowSeconds,
    async sendAs(name, call) {
      const gas = `0x${(3_000_000).toString(16)}`;
      const hash = await rpc<Hex>('eth_sendTransaction', [{ from: devAccounts()[name].address, gas, ...call }]);
      return { hash, isIn: await isMined(hash) };
    },
    async close() {
      state.closed = true;
      await mining;
    },
  };
}
