import { keccak256, toHex, type Hex, type PublicClient } from 'viem';
import type { Chain } from '../../../src/chains/chain';
import type { TrackedOperation } from '../../../src/chains/createBlockWatcher';
import { operationKinds, slotStates, type SlotState } from '../../../src/domain/slot';
import { chainConfigFor } from '../../support/chainConfigFor';

/*
 * A chain that exists only in this process. The watcher is tested on real ones (test/integration/chains.watcher.test.ts); this one
 * stands where a fault must fall between two reads of one look: a reorg after the head was read, a node that gives the head and
 * breaks off at the events, one that lags by a block, one that leaves events out. Each read is answered when the test lets it.
 */

export interface FakeEvent {
  readonly name: 'OperationApplied' | 'OperationRefused';
  readonly operation: TrackedOperation;
  readonly transactionHash: Hex;
}

interface FakeBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: bigint;
  readonly events: readonly FakeEvent[];
  /** Of all settlements, by key: the state after this block. */
  readonly slots: ReadonlyMap<Hex, { state: SlotState; fingerprint: Hex }>;
}

export type Question = 'latest' | 'block' | 'logs' | 'slot';

export interface FakeBlocks {
  readonly chain: Chain;
  readonly asked: readonly Question[];
  mine(...events: readonly FakeEvent[]): FakeBlock;
  /** Takes the newest blocks away. */
  drop(depth: number): void;
  /** Done right before each answer; what it throws is the answer. */
  onAsk(act: (question: Question) => void): void;
  /** From now on logs come back empty. */
  hideLogs(hidden: boolean): void;
  /** The head that is shown, until it is told otherwise; null: the real one. */
  showHead(number: bigint | null): void;
}

export function createFakeBlocks(confirmations: number, pollIntervalMs = 20): FakeBlocks {
  const config = chainConfigFor(['http://nowhere.invalid'], {
    finality: { kind: 'confirmations', confirmations },
    pollIntervalMs,
  });
  const genesisHash = keccak256(toHex('genesis'));
  let blocks: FakeBlock[] = [
    { number: 0n, hash: genesisHash, parentHash: `0x${'00'.repeat(32)}`, timestamp: 0n, events: [], slots: new Map() },
  ];
  let minted = 0;
  let act: (question: Question) => void = () => undefined;
  let areLogsHidden = false;
  let shownHead: bigint | null = null;
  const asked: Question[] = [];
  const head = (): FakeBlock => blocks.at(-1) as FakeBlock;

  const ask = async (question: Question): Promise<void> => {
    await new Promise(setImmediate);
    asked.push(question);
    act(question);
  };
  const find = (wanted: (block: FakeBlock) => boolean): FakeBlock => {
    const block = blocks.find(wanted);
    if (!block) throw new Error('header not found');
    return block;
  };

  const client = {
    async getBlock(at: { blockTag?: string; blockNumber?: bigint; blockHash?: Hex }) {
      await ask(at.blockTag === undefined ? 'block' : 'latest');
      if (at.blockHash !== undefined) return find(({ hash }) => hash === at.blockHash);
      if (at.blockNumber !== undefined) return find(({ number }) => number === at.blockNumber);
      return shownHead === null ? head() : find(({ number }) => number === shownHead);
    },
    async getLogs(at: { blockHash?: Hex; fromBlock?: bigint; toBlock?: bigint }) {
      await ask('logs');
      if (areLogsHidden) return [];
      const { fromBlock = 0n, toBlock = 0n } = at;
      const wanted =
        at.blockHash === undefined
          ? blocks.filter(({ number }) => number >= fromBlock && number <= toBlock)
          : [find(({ hash }) => hash === at.blockHash)];
      return wanted.flatMap(({ number, hash, events }) =>
        events.map(({ name, operation: { settlementKey, fingerprint, kind, attempt }, transactionHash }) => ({
          eventName: name,
          args: { settlementKey, fingerprint, kind: operationKinds.indexOf(kind), attempt, reason: '0x00000000' },
          transactionHash,
          blockNumber: number,
          blockHash: hash,
        })),
      );
    },
    async readContract(call: { args: [readonly Hex[]]; blockHash: Hex }) {
      await ask('slot');
      asked.push(...call.args[0].slice(1).map(() => 'slot' as const)); // one for each, though one call asks for all
      const { slots } = find(({ hash }) => hash === call.blockHash);
      return call.args[0].map((key) => {
        const slot = slots.get(key);
        if (!slot) return { state: 0, attempt: 0, orderHash: 0n };
        return { state: slotStates.indexOf(slot.state), attempt: 0, orderHash: BigInt(slot.fingerprint.slice(0, 62)) };
      });
    },
  };

  return {
    chain: { config, client: client as unknown as PublicClient },
    asked,
    mine(...events) {
      const parent = head();
      const applied = events.filter(({ name }) => name === 'OperationApplied');
      const burned = applied.map(
        ({ operation: { settlementKey, fingerprint } }) =>
          [settlementKey, { state: 'Burned' as const, fingerprint }] as const,
      );
      const block: FakeBlock = {
        number: parent.number + 1n,
        hash: keccak256(toHex(`block ${++minted}`)), // unlike a number it never comes again
        parentHash: parent.hash,
        timestamp: parent.timestamp + 1n,
        events,
        slots: new Map([...parent.slots, ...burned]),
      };
      blocks.push(block);
      return block;
    },
    drop(depth) {
      blocks = blocks.slice(0, -depth);
    },
    onAsk(next) {
      act = next;
    },
    hideLogs(hidden) {
      areLogsHidden = hidden;
    },
    showHead(number) {
      shownHead = number;
    },
  };
}
