import type { Address } from 'viem';
import { PermanentError } from '../../src/domain/errors';
import type { SettlementStatus } from '../../src/domain/status';
import { isLegalTransition } from '../../src/domain/status';
import type { LaneOperation } from '../../src/lanes/lane';
import type { JournaledTransaction, LedgerSettlement } from '../../src/ledger/ledger';

/*
 * FAKE: the ledger's tables and their triggers (src/ledger/migrations/0001/tables.ts and events.ts): what a change must never do,
 * whoever makes it, and one event for each. It holds one settlement.
 */

export interface Row extends LedgerSettlement {
  /** When Temporal scheduled what took it over. */
  readonly scheduledAtMs: number;
}

export interface LedgerEvent {
  readonly from: SettlementStatus | null;
  readonly to: SettlementStatus;
  readonly attempt: number;
  readonly compensated: boolean;
  readonly needsOperator: boolean;
  readonly at: number;
}

interface Marks {
  readonly mintJournaled: boolean;
  readonly noMint: boolean;
}

export interface Journaled {
  readonly transaction: JournaledTransaction;
  /** As they were handed in, owner and all: what a replacement judges again. */
  readonly operations: readonly LaneOperation[];
}

export interface Tables {
  readonly row: Row | null;
  readonly marks: ReadonlyMap<number, Marks>;
  readonly journal: readonly Journaled[];
  readonly events: readonly LedgerEvent[];
}

const noMarks: Marks = { mintJournaled: false, noMint: false };

export class LedgerTables {
  epoch = 0;
  /** The epoch that is open; none of another is journaled. */
  openedEpoch = 0;
  retired: readonly Address[] = [];
  private readonly history: Tables[] = [{ row: null, marks: new Map(), journal: [], events: [] }];

  constructor(private readonly now: () => number) {}

  get row(): Row | null {
    return this.tables.row;
  }

  get journal(): readonly Journaled[] {
    return this.tables.journal;
  }

  get events(): readonly LedgerEvent[] {
    return this.tables.events;
  }

  /** As a backup holds it. Nothing in it is ever changed in place. */
  backUp(changesAgo = 0): Tables {
    return this.history[Math.max(0, this.history.length - 1 - changesAgo)] as Tables;
  }

  restore(backup: Tables): void {
    this.history.push(backup);
  }

  private get tables(): Tables {
    return this.backUp();
  }

  private change(change: Partial<Tables>): void {
    this.history.push({ ...this.tables, ...change });
  }

  marksOf(attempt: number): Marks {
    return this.tables.marks.get(attempt) ?? noMarks;
  }

  mark(attempt: number, change: Partial<Marks>): void {
    const marks = { ...this.marksOf(attempt), ...change };
    if (marks.mintJournaled && marks.noMint) throw new Error('check violated: a mint of a marked attempt');
    this.change({ marks: new Map([...this.tables.marks, [attempt, marks]]) });
  }

  record(journaled: Journaled): void {
    this.change({ journal: [...this.tables.journal, journaled] });
  }

  insert(row: Row): Row {
    this.write(row, null, 'PENDING');
    return this.write(row, 'PENDING', 'PROCESSING');
  }

  update(change: Partial<Omit<Row, 'record'>> & { record?: Partial<Row['record']> }): Row {
    const old = this.row as Row;
    const updatedAt = new Date(this.now()).toISOString();
    const row = { ...old, ...change, record: { ...old.record, ...change.record, updatedAt } };
    const [from, to] = [old.record.status, row.record.status];
    if (from !== to && !isLegalTransition(from, to)) throw illegal(`${from} -> ${to} is not a legal step`);
    if (row.record.attempt !== old.record.attempt && to !== 'PROCESSING')
      throw illegal('an attempt begins in PROCESSING');
    return this.write(row, from, to);
  }

  private write(row: Row, from: SettlementStatus | null, to: SettlementStatus): Row {
    const { attempt, compensated, needsOperator } = row.record;
    const event = { from, to, attempt, compensated, needsOperator, at: this.now() };
    this.change({ row, events: [...this.tables.events, event] });
    return row;
  }
}

function illegal(why: string): PermanentError {
  return new PermanentError('ILLEGAL_STEP', why);
}
