import type { Hex } from 'viem';
import type { Chain } from '../../src/chains/chain';
import type { BlockWatcher } from '../../src/chains/createBlockWatcher';
import { TransientError } from '../../src/domain/errors';
import type { LaneOperation, Lanes, Submitted } from '../../src/lanes/lane';
import { operationKeyOf } from '../../src/lanes/operationKeyOf';
import type { JournaledTransaction } from '../../src/ledger/ledger';
import type { Random } from '../chaos/random';
import type { SimulatedClock } from './clock';
import type { FaultCounts } from './faults';
import type { Gate } from './gate';
import { judge, requireOpen } from './ledgerRules';
import type { Journaled } from './ledgerTables';
import type { SimulatedChain } from './simulatedChain';
import type { SimulatedLedger } from './simulatedLedger';

/*
 * FAKE: the lanes of one role on one chain: one key, one operation a transaction, journaled before it is broadcast, in the order of
 * nonces; the same bytes again while they are missing, or others on the same nonce. Leases, coalescing and fees are not modelled.
 */

export interface LanesParts {
  readonly chain: SimulatedChain;
  readonly client: Chain;
  readonly watcher: BlockWatcher;
  readonly ledger: SimulatedLedger;
  readonly gate: Gate;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly faults: FaultCounts;
  /** Hears of everything that was signed, as soon as it can get out. */
  readonly onSigned: (chain: SimulatedChain, journaled: Journaled) => void;
}

export class SimulatedLanes {
  /** The chance that every lane is another worker's. */
  busy = 0;
  /** The chance that what is missing is replaced on its nonce. */
  replaces = 0;
  private keys = 0;
  private signed = 0;
  private upkeepDue = false;

  constructor(
    private readonly role: 'a1' | 'b2' | 'c3',
    private readonly parts: LanesParts,
  ) {}

  get signer(): Hex {
    return `0x${this.role.repeat(19)}${this.keys.toString(16).padStart(2, '0')}`;
  }

  /** After a restore: what the old key signed may be unknown, so it signs no more. */
  useNewKey(): void {
    this.keys += 1;
  }

  readonly client = (): Lanes => {
    const { client, watcher, gate, ledger } = this.parts;
    return {
      chain: client,
      watcher,
      begin: () => () => undefined,
      submit: (operation) => gate.through('a lane taking it', () => this.submit(operation)),
      journaled: (operation) => ledger.client.transactionsOf(operationKeyOf(client, operation)),
      rebroadcast: (transaction) => gate.through('sending it again', () => this.broadcast(transaction)),
      close: async () => undefined,
    };
  };

  private async submit(operation: LaneOperation): Promise<Submitted> {
    const { random, faults, ledger, gate, chain } = this.parts;
    if (random() < this.busy) {
      faults.laneBusy += 1;
      throw new TransientError('LANE_BUSY', `every lane on ${chain.policy.name} is another worker's`);
    }
    const submitted = await ledger.ask(`journal of ${operation.kind}`, () => this.journal(operation));
    if (submitted.kind === 'journaled') await gate.through('sending it', () => this.broadcast(submitted.transaction));
    return submitted;
  }

  /** One database transaction: judged, marked, numbered, signed. */
  private journal(operation: LaneOperation): Submitted {
    const { tables } = this.parts.ledger;
    const before = tables.backUp();
    const reason = judge(tables, operation);
    if (reason) return { kind: 'refused', reason };
    try {
      requireOpen(tables, this.signer);
    } catch (error) {
      tables.restore(before); // rolled back
      throw error;
    }
    const own = tables.journal.filter(
      ({ transaction }) => transaction.signer === this.signer && this.isHere(transaction),
    );
    const nonce = Math.max(-1, ...own.map(({ transaction }) => transaction.nonce)) + 1;
    return { kind: 'journaled', transaction: this.sign(nonce, 0, [operation]) };
  }

  private sign(nonce: number, replacement: number, operations: readonly LaneOperation[]): JournaledTransaction {
    const { chain, client, ledger, onSigned } = this.parts;
    this.signed += 1;
    const hash =
      `0x${this.role}${client.config.chainId.toString(16)}${this.signed.toString(16).padStart(58, '0')}` as Hex;
    const fees = { maxFeePerGas: 2n, maxPriorityFeePerGas: 1n };
    const { chainId } = client.config;
    const transaction = { chainId, signer: this.signer, nonce, hash, raw: hash, replacement, operations, ...fees };
    const what = operations.map(({ kind, attempt }) => `${kind}(${attempt})`).join(', ') || 'nothing';
    chain.note(`${chain.policy.name}: ${what} is journaled as ${hash.slice(-4)}, nonce ${nonce}`);
    const journaled = { transaction, operations };
    ledger.tables.record(journaled);
    onSigned(chain, journaled);
    this.lookAfterLater(); // whatever becomes of who signed it
    return transaction;
  }

  /** In the order of nonces: what is before it and missing is sent too. */
  private broadcast(transaction: JournaledTransaction): void {
    const { chain } = this.parts;
    if (chain.away) return; // what a node answers to a send proves nothing, and no answer is none
    for (const { transaction: one, operations } of this.open()) {
      if (one.nonce > transaction.nonce) continue;
      const { hash, signer, nonce } = one;
      chain.send({ hash, signer, nonce, operations });
    }
  }

  /** What of this role's is journaled and not final. */
  private open(): readonly Journaled[] {
    const { chain, ledger } = this.parts;
    const { nonces } = chain.final();
    return ledger.tables.journal.filter(
      ({ transaction }) =>
        this.isHere(transaction) &&
        transaction.signer.startsWith(`0x${this.role}`) &&
        transaction.nonce >= (nonces[transaction.signer] ?? 0),
    );
  }

  private isHere({ chainId }: JournaledTransaction): boolean {
    return chainId === this.parts.client.config.chainId;
  }

  /** Whoever holds the lane sends again what is missing, and replaces what is missing for long. */
  private lookAfterLater(): void {
    if (this.upkeepDue) return;
    this.upkeepDue = true;
    this.parts.clock.after(20_000 + this.parts.random() * 40_000, () => {
      this.upkeepDue = false;
      this.lookAfter();
    });
  }

  private lookAfter(): void {
    const { chain, ledger, random, faults } = this.parts;
    const last = this.open().at(-1);
    if (!last) return;
    this.lookAfterLater();
    if (ledger.down || chain.away) return;
    const { signer, nonce, hash } = last.transaction;
    const first = this.open()[0] ?? last;
    const isStuck = chain.find(hash) === null && first.transaction.nonce === nonce && signer === this.signer;
    if (isStuck && ledger.tables.openedEpoch === ledger.tables.epoch && random() < this.replaces) {
      faults.transactionReplaced += 1;
      // What was forbidden meanwhile is left out; what is left out may still land until the nonce is final.
      const operations = last.operations.filter((operation) => judge(ledger.tables, operation) === null);
      this.broadcast(this.sign(nonce, last.transaction.replacement + 1, operations));
      return;
    }
    this.broadcast(last.transaction);
  }
}
