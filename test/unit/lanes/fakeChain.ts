import { keccak256, toHex, TransactionReceiptNotFoundError, type Address, type Hex, type PublicClient } from 'viem';
import type { Chain } from '../../../src/chains/chain';
import type { BlockWatcher, Sighting } from '../../../src/chains/createBlockWatcher';
import { parseConfig } from '../../../src/config';
import { TransientError } from '../../../src/domain/errors';
import { settlementKeyOf } from '../../../src/domain/fingerprint';
import { slotStates, type Slot, type SlotState } from '../../../src/domain/slot';
import type { LaneOperation, Lanes, Submitted } from '../../../src/lanes/lane';
import type { Execution, Pace } from '../../../src/lanes/pace';
import type { JournaledTransaction, JournalRefusal, Ownership } from '../../../src/ledger/ledger';
import { logOf, receiptWith, type OperationEvent } from '../chains/events';
import { addressOf, anOrder } from '../domain/orders';

/*
 * A chain that exists only in this process. Everywhere else tests run on real ones; a fake stands here because faults must be
 * put at one exact moment between two reads (a receipt that is not there yet, a reorg, a node that breaks off), and because a
 * proof must be seen to be read from one block. It knows one settlement.
 */

export const signer = addressOf(0x99);
export const gateway = addressOf(0xaa);
export const fingerprint: Hex = `0x${'ab'.repeat(32)}`;
export const settlementKey = settlementKeyOf(anOrder.settlementId);

export function slotOf(state: SlotState, attempt = 0): Slot {
  return { state, attempt, orderHash: `0x${(state === 'None' ? '00' : 'ab').repeat(30)}` };
}

interface Included {
  readonly transaction: JournaledTransaction;
  /** What the gateway's event in it says; none: the transaction reverted as a whole. */
  readonly event: Omit<OperationEvent, 'emitter' | 'settlementKey'> | null;
}

interface BlockFacts {
  readonly slot: Slot;
  readonly timestamp: bigint;
  readonly revoked: boolean;
  /** Transactions of each signer up to here. */
  readonly nonces: Readonly<Record<Address, number>>;
}

interface Block extends BlockFacts {
  readonly number: bigint;
  readonly hash: Hex;
  readonly included: readonly Included[];
}

type Question = 'getBlock' | 'readContract' | 'getTransactionCount' | 'getTransactionReceipt' | 'getLogs';

export interface FakeChain {
  readonly chain: Chain;
  /** The next block: what it changes, and what it includes. Everything else stays as it was. */
  mine(changes?: Partial<BlockFacts>, included?: readonly Included[]): void;
  /** Drops the newest blocks, and what they included, as if they had never been. */
  reorg(depth: number): void;
  /** From now on the node breaks off at this question; null heals it. */
  breakAt(question: Question | null): void;
  /** Every question so far, with the block it was about. */
  readonly asked: { question: string; at: unknown }[];
  head(): Block;
}

interface Policy {
  readonly confirmations?: number;
  readonly monotonicTimestamps?: boolean;
  /** The order that may be revoked here. */
  readonly fingerprint?: Hex;
}

export function createFakeChain(policy: Policy = {}): FakeChain {
  const described = {
    name: 'alder',
    chainId: 31_337,
    rpcUrl: 'http://127.0.0.1:1',
    gateway,
    tokens: [{ symbol: 'DEMO', address: anOrder.token, decimals: 6 }],
    finality: { kind: 'confirmations', confirmations: policy.confirmations ?? 3 },
    monotonicTimestamps: policy.monotonicTimestamps ?? true,
    pollIntervalMs: 250,
  };
  const config = parseConfig({ chains: [described, { ...described, name: 'birch', chainId: 31_338 }] }, '/').chains[0];
  if (!config) throw new Error('no chain in the configuration');

  const asked: { question: string; at: unknown }[] = [];
  let broken: Question | null = null;
  let mined = 0;
  const seal = (number: bigint, facts: BlockFacts, included: readonly Included[]): Block => ({
    ...facts,
    number,
    included,
    // Unlike a number, a hash never comes again after a reorg.
    hash: keccak256(toHex(`block ${++mined}`)),
  });
  const genesis = { slot: slotOf('None'), timestamp: 1_000n, revoked: false, nonces: {} };
  let blocks = [seal(0n, genesis, [])];

  const head = (): Block => blocks.at(-1) as Block;
  const find = (wanted: (block: Block) => boolean): Block => {
    const block = blocks.find(wanted);
    if (!block) throw new Error('header not found');
    return block;
  };
  const note = (question: Question, at: unknown): void => {
    if (broken === question) throw new Error(`connection reset while asking ${question}`);
    asked.push({ question, at });
  };
  const blockAt = (at: { blockHash?: Hex; blockTag?: string }): Block =>
    at.blockHash === undefined ? head() : find(({ hash }) => hash === at.blockHash);

  const client = {
    async getBlock(at: { blockTag?: string; blockNumber?: bigint }) {
      note('getBlock', at);
      return at.blockNumber === undefined ? head() : find(({ number }) => number === at.blockNumber);
    },
    async readContract(call: { functionName: string; args: [Hex]; blockHash?: Hex; blockTag?: string }) {
      note('readContract', call.blockHash ?? call.blockTag);
      const { slot, revoked } = blockAt(call);
      if (call.functionName === 'isRevoked' && call.args[0] === (policy.fingerprint ?? fingerprint)) return revoked;
      if (call.functionName !== 'slotOf' || call.args[0] !== settlementKey) throw new Error('execution reverted');
      return [slotStates.indexOf(slot.state as SlotState), slot.attempt, BigInt(slot.orderHash)];
    },
    async getTransactionCount(call: { address: Address; blockHash: Hex }) {
      note('getTransactionCount', call.blockHash);
      return blockAt(call).nonces[call.address] ?? 0;
    },
    async getTransactionReceipt({ hash }: { hash: Hex }) {
      note('getTransactionReceipt', hash);
      for (const { number, included } of blocks) {
        const found = included.find(({ transaction }) => transaction.hash === hash);
        if (!found) continue;
        const logs = found.event ? [logOf({ ...found.event, emitter: gateway, settlementKey })] : [];
        return receiptWith(logs, { status: found.event ? 'success' : 'reverted', blockNumber: number });
      }
      throw new TransactionReceiptNotFoundError({ hash });
    },
    async getLogs() {
      note('getLogs', null);
      return [];
    },
  };

  return {
    chain: { config, client: client as unknown as PublicClient },
    asked,
    head,
    mine(changes = {}, included = []) {
      const { slot, timestamp, revoked, nonces } = head();
      const consumed = Object.fromEntries(
        included.map(({ transaction }) => [transaction.signer, transaction.nonce + 1]),
      );
      const facts = {
        slot,
        revoked,
        timestamp: timestamp + 1n,
        ...changes,
        nonces: { ...nonces, ...consumed, ...changes.nonces },
      };
      blocks.push(seal(head().number + 1n, facts, included));
    },
    reorg(depth) {
      blocks = blocks.slice(0, -depth);
    },
    breakAt(question) {
      broken = question;
    },
  };
}

export interface FakeLanes extends Lanes {
  /** The bytes that left the process, in order. */
  readonly sent: Hex[];
  /** What was journaled, in order. */
  readonly signed: JournaledTransaction[];
  /** From now on the ledger lets no operation out. */
  refuse(reason: JournalRefusal): void;
  /** What the watcher tells whoever waits for news next. */
  tell(sighting: Sighting): void;
}

/** Signs nothing and sends nowhere, but journals first like any lane. What it "sent" lands when the test mines it. */
export function createFakeLanes(chain: Chain): FakeLanes {
  const sent: Hex[] = [];
  const signed: JournaledTransaction[] = [];
  const news: Sighting[] = [];
  let refusal: JournalRefusal | null = null;
  const silent = new Promise<never>(() => undefined);
  const watcher = {
    track: () => ({ next: () => (news.length > 0 ? Promise.resolve(news.shift()) : silent), close: () => undefined }),
    recentFinalBlock: () => null,
  };
  return {
    chain,
    watcher: watcher as unknown as BlockWatcher,
    begin: () => () => undefined,
    sent,
    signed,
    refuse(reason) {
      refusal = reason;
    },
    tell(sighting) {
      news.push(sighting);
    },
    async submit(operation: LaneOperation): Promise<Submitted> {
      if (refusal) return { kind: 'refused', reason: refusal };
      const transaction = { ...transactionOf(signed.length), operations: [operation] };
      signed.push(transaction);
      sent.push(transaction.raw);
      return { kind: 'journaled', transaction };
    },
    async journaled({ kind, attempt, fingerprint }) {
      return signed.filter(({ operations }) =>
        operations.some((one) => one.kind === kind && one.attempt === attempt && one.fingerprint === fingerprint),
      );
    },
    async rebroadcast({ raw }) {
      sent.push(raw);
    },
    async close() {},
  };
}

export function transactionOf(nonce: number, by: Address = signer): JournaledTransaction {
  const raw = toHex(`signed by ${by}, nonce ${nonce}`);
  const fees = { maxFeePerGas: 2n, maxPriorityFeePerGas: 1n };
  return { chainId: 31_337, hash: keccak256(raw), raw, signer: by, nonce, replacement: 0, operations: [], ...fees };
}

export const owner: Ownership = { settlementId: anOrder.settlementId, runId: 'run-1', fence: 1 };

/** A pace that lets the test act in each turn, and has waited long enough when the test has nothing more to do. */
export function paceWith(
  turns: readonly (() => void)[],
  { execution = executionOf(1), cancelled = () => false }: { execution?: Execution; cancelled?: () => boolean } = {},
): Pace & { readonly waits: [string, number][] } {
  const left = [...turns];
  const waits: [string, number][] = [];
  return {
    execution,
    waits,
    get cancelRequested() {
      return cancelled();
    },
    isOver: false,
    async nextTurn(chainName, turnMs, news) {
      waits.push([chainName, turnMs]);
      const turn = left.shift();
      if (!turn) throw new TransientError('AWAITING_FINALITY', 'waited long enough');
      turn();
      await Promise.race([news, Promise.resolve().then(() => undefined)]);
    },
  };
}

export function executionOf(attempt: number, activityId = '1', runId = 'run-1'): Execution {
  return { runId, activityId, attempt, scheduledAtMs: attempt };
}
