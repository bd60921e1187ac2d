import type { Ledger } from '../../src/ledger/createLedger';
import { TransientError } from '../../src/domain/errors';
import type { Step } from '../../src/ledger/ledger';
import type { Random } from '../chaos/random';
import type { FaultCounts } from './faults';
import type { Gate } from './gate';
import { advance, enter, failUnburned, markNoMint } from './ledgerRules';
import { LedgerTables } from './ledgerTables';

/* FAKE: the way to Postgres: a ledger that may be down, or whose answer may be lost after it did what it was asked. */

export class SimulatedLedger {
  readonly tables: LedgerTables;
  down = false;
  /** The chance that an answer is lost. */
  losesAnswers = 0;

  constructor(
    private readonly gate: Gate,
    private readonly random: Random,
    private readonly faults: FaultCounts,
    private readonly now: () => number,
    private readonly note: (line: string) => void,
  ) {
    this.tables = new LedgerTables(now);
  }

  /** What the activities ask of a ledger; they use nothing else. */
  readonly client: Ledger = {
    enter: (request) => this.ask('enter', () => enter(this.tables, request, this.now())),
    find: () => this.ask('find', () => this.tables.row ?? undefined),
    advance: (steps) => {
      const all: readonly Step[] = 'to' in steps ? [steps] : steps;
      return this.ask(`advance to ${all.map(({ to }) => to).join(', ')}`, () => advance(this.tables, all));
    },
    failUnburned: (request) => this.ask('failUnburned', () => failUnburned(this.tables, request)),
    recordResolution: ({ action, by }) =>
      this.ask('recordResolution', () => this.note(`ledger: keeps the word ${action} of ${by}`)),
    markNoMint: (request) => this.ask('markNoMint', () => markNoMint(this.tables, request)),
    transactionsOf: ({ chainId, kind, attempt }) =>
      this.ask('transactionsOf', () =>
        this.tables.journal
          .map(({ transaction }) => transaction)
          .filter(
            (transaction) =>
              transaction.chainId === chainId &&
              transaction.operations.some((operation) => operation.kind === kind && operation.attempt === attempt),
          ),
      ),
  } satisfies Partial<Ledger> as unknown as Ledger;

  async ask<T>(what: string, act: () => T): Promise<T> {
    return this.gate.through(`the ledger's ${what}`, () => {
      if (this.down) {
        this.faults.ledgerDown += 1;
        throw unavailable(what);
      }
      const before = this.tables.events.length;
      const answer = act();
      this.tables.events.slice(before).forEach(({ to, attempt }) => this.note(`ledger: ${to} (attempt ${attempt})`));
      if (this.random() >= this.losesAnswers) return answer;
      this.faults.ledgerAnswerLost += 1;
      this.note(`ledger: the answer to ${what} is lost`);
      throw unavailable(what);
    });
  }
}

function unavailable(what: string): TransientError {
  return new TransientError('LEDGER_UNAVAILABLE', `${what}: connection terminated`);
}
