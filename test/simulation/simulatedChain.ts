import type { Address, Hex } from 'viem';
import { emptySlot, type OperationKind } from '../../src/domain/slot';
import type { Random } from '../chaos/random';
import type { ChainPolicy, ChainTransaction, Included, SimulatedBlock } from './blocks';
import type { FaultCounts, FaultName } from './faults';
import { calm, execute, type GatewayMood, type GatewayOperation, type GatewayState } from './gatewayRules';

/*
 * FAKE: a chain as nodes show it: blocks in a rhythm, a final depth, an unfinal end that a reorg takes back, a pool that drops and
 * delays, a clock of its own. Blocks are made when somebody looks, so that an idle hour costs nothing.
 */

interface Pooled {
  readonly transaction: ChainTransaction;
  landsAt: number;
}

const reorgedAs: Partial<Record<OperationKind, FaultName>> = {
  Burn: 'burnReorged',
  Mint: 'mintReorged',
  Refund: 'refundReorged',
  CancelMint: 'tombstoneReorged',
};

export class SimulatedChain {
  mood: GatewayMood = calm;
  halted = false;
  /** No node of it answers. */
  away = false;
  /** From here on the pool takes and keeps everything, and loses nothing. */
  healed = false;
  /** What is called once, as soon as an operation of a kind is in a block. */
  readonly onceApplied = new Map<OperationKind, () => void>();
  private readonly blocks: SimulatedBlock[];
  private pool: Pooled[] = [];
  private nextBlockAt: number;
  private sealed = 0;
  private pendingState: Partial<Pick<GatewayState, 'revoked' | 'barred'>> = {};

  constructor(
    readonly policy: ChainPolicy,
    private readonly now: () => number,
    private readonly random: Random,
    private readonly faults: FaultCounts,
    readonly note: (line: string) => void,
  ) {
    const state = { slot: emptySlot, revoked: false, barred: [], supply: 0n };
    this.nextBlockAt = now();
    this.blocks = [this.seal(0n, state, {}, [], this.timeAt(now()))];
    this.nextBlockAt += policy.blockMs;
  }

  requireReachable(question: string): void {
    if (!this.away) return;
    this.faults.nodeDown += 1;
    throw new Error(`connection refused while asking ${question}`);
  }

  head(): SimulatedBlock {
    this.catchUp();
    return this.blocks.at(-1) as SimulatedBlock;
  }

  final(): SimulatedBlock {
    const { number } = this.head();
    const depth = BigInt(this.policy.confirmations - 1);
    return this.at(({ number: one }) => one === (number > depth ? number - depth : 0n)) as SimulatedBlock;
  }

  at(wanted: (block: SimulatedBlock) => boolean): SimulatedBlock | undefined {
    this.catchUp();
    return this.blocks.findLast(wanted);
  }

  /** Where a transaction is in, in the chain as it stands. */
  find(hash: Hex): { readonly block: SimulatedBlock; readonly included: Included } | null {
    const isIt = ({ transaction }: Included): boolean => transaction.hash === hash;
    const block = this.at(({ included }) => included.some(isIt));
    return block ? { block, included: block.included.find(isIt) as Included } : null;
  }

  /** What was ever applied in the chain as it stands, oldest first. */
  applied(): readonly { readonly operation: GatewayOperation; readonly hash: Hex; readonly block: bigint }[] {
    this.catchUp();
    return this.blocks.flatMap(({ included, number }) =>
      included.flatMap(({ transaction, answers }) =>
        transaction.operations
          .filter((_, index) => answers?.[index]?.event === 'OperationApplied')
          .map((operation) => ({ operation, hash: transaction.hash, block: number })),
      ),
    );
  }

  /** The node's word proves nothing: taken may be dropped, and what was dropped may land later. */
  send(transaction: ChainTransaction): void {
    if (this.find(transaction.hash)) return;
    const landsAt = this.landing();
    const pooled = this.pool.find(({ transaction: { hash } }) => hash === transaction.hash);
    if (pooled) pooled.landsAt = Math.min(pooled.landsAt, landsAt);
    else this.pool.push({ transaction, landsAt });
  }

  /** Takes the newest blocks back; empty ones take their place, and what was in them may or may not come again. */
  reorg(depth: number): void {
    this.catchUp();
    const dropped = this.blocks.splice(this.blocks.length - Math.min(depth, this.blocks.length - 1));
    for (const block of dropped) {
      for (const { transaction, answers } of block.included) {
        this.pool.push({ transaction, landsAt: this.landing() });
        transaction.operations.forEach(({ kind, attempt }, index) => {
          const name = reorgedAs[kind];
          if (!name || answers?.[index]?.event !== 'OperationApplied') return;
          this.faults[name] += 1;
          this.note(`${this.policy.name}: a reorg drops ${kind}(${attempt})`);
        });
      }
      const { slot, supply, nonces } = this.blocks.at(-1) as SimulatedBlock;
      const { revoked, barred } = block; // these come again in the same block
      this.blocks.push(this.seal(block.number, { slot, supply, revoked, barred }, nonces, [], block.timestamp));
    }
  }

  revokeOrder(): void {
    this.catchUp();
    // The contract: not while the order is burned.
    if (this.head().slot.state !== 'Burned') this.pendingState = { ...this.pendingState, revoked: true };
  }

  bar(signers: readonly Address[]): void {
    this.catchUp();
    const barred = [...(this.pendingState.barred ?? this.head().barred), ...signers];
    this.pendingState = { ...this.pendingState, barred };
  }

  resume(): void {
    if (this.halted) this.nextBlockAt = this.now() + this.policy.blockMs;
    this.halted = false;
  }

  /** Everything that was ever sent and can still land does. */
  heal(): void {
    this.resume();
    this.away = false;
    this.healed = true;
    for (const pooled of this.pool) pooled.landsAt = Math.min(pooled.landsAt, this.now() + this.policy.blockMs);
  }

  get isIdle(): boolean {
    const { nonces } = this.head();
    return !this.pool.some(({ transaction: { signer, nonce } }) => nonce === (nonces[signer] ?? 0));
  }

  catchUp(): void {
    while (!this.halted && this.nextBlockAt <= this.now()) {
      this.skipIdle();
      this.mine(this.nextBlockAt);
      this.nextBlockAt += this.policy.blockMs;
    }
  }

  /** Of a long time without a transaction only the newest blocks are ever looked at. */
  private skipIdle(): void {
    const { blockMs, confirmations } = this.policy;
    const due = Math.min(this.now(), ...this.pool.map(({ landsAt }) => landsAt));
    const idle = Math.floor((due - this.nextBlockAt) / blockMs) - confirmations - 2;
    if (idle <= 0 || Object.keys(this.pendingState).length > 0) return;
    const last = this.blocks.at(-1) as SimulatedBlock;
    this.nextBlockAt += idle * blockMs;
    const time = this.timeAt(this.nextBlockAt - blockMs);
    this.blocks.push(this.seal(last.number + BigInt(idle), last, last.nonces, [], time));
  }

  private mine(at: number): void {
    const last = this.blocks.at(-1) as SimulatedBlock;
    const timestamp = this.timeAt(at);
    const nonces = { ...last.nonces };
    const included: Included[] = [];
    const { slot, supply, revoked, barred } = last;
    let state: GatewayState = { slot, supply, revoked, barred, ...this.pendingState };
    this.pendingState = {};
    for (let next = this.takeNext(nonces, at); next; next = this.takeNext(nonces, at)) {
      nonces[next.signer] = next.nonce + 1;
      const [answers, after] = this.include(next, state, timestamp);
      included.push({ transaction: next, answers });
      state = after;
    }
    this.blocks.push(this.seal(last.number + 1n, state, nonces, included, timestamp));
  }

  private include(
    transaction: ChainTransaction,
    before: GatewayState,
    timestamp: bigint,
  ): [Included['answers'], GatewayState] {
    if (!this.healed && this.random() < this.policy.reverts) {
      this.faults.transactionReverted += 1;
      return [null, before];
    }
    let state = before;
    const answers = transaction.operations.map((operation) => {
      const answer = execute({ state, mood: this.mood, operation, timestamp }, transaction.signer);
      if (answer.event === 'OperationApplied') {
        state = answer.state;
        this.onceApplied.get(operation.kind)?.();
        this.onceApplied.delete(operation.kind);
      }
      const why = answer.event === 'OperationRefused' ? ` ${answer.reason}` : '';
      const what = `${operation.kind}(${operation.attempt}) ${transaction.hash.slice(-4)}`;
      this.note(`${this.policy.name}: ${what} in block, ${answer.event.slice('Operation'.length)}${why}`);
      return answer;
    });
    return [answers, state];
  }

  private takeNext(nonces: Record<Address, number>, at: number): ChainTransaction | undefined {
    this.pool = this.pool.filter(({ transaction: { signer, nonce } }) => nonce >= (nonces[signer] ?? 0));
    const ready = ({ transaction: { signer, nonce }, landsAt }: Pooled): boolean =>
      landsAt <= at && nonce === (nonces[signer] ?? 0);
    return this.pool.find(ready)?.transaction;
  }

  private landing(): number {
    const draw = this.healed ? 1 : this.random();
    const soon = this.now() + this.random() * this.policy.blockMs;
    if (draw < this.policy.drops) {
      this.faults.transactionDropped += 1;
      return soon + 600_000 + this.random() * 3_600_000;
    }
    if (draw >= this.policy.drops + this.policy.delays) return soon;
    this.faults.transactionLate += 1;
    return soon + this.random() * 300_000;
  }

  private timeAt(ms: number): bigint {
    return BigInt(Math.floor((ms + this.policy.skewMs) / 1_000));
  }

  private seal(
    number: bigint,
    { slot, revoked, barred, supply }: GatewayState,
    nonces: Readonly<Record<Address, number>>,
    included: readonly Included[],
    timestamp: bigint,
  ): SimulatedBlock {
    // Unlike a number, a hash never comes again after a reorg.
    const hash: Hex = `0x${(this.sealed += 1).toString(16).padStart(64, '0')}`;
    return { slot, revoked, barred, supply, number, hash, timestamp, nonces, included };
  }
}
