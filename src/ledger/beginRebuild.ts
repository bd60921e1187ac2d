import { sql } from 'kysely';
import { PermanentError } from '../domain/errors';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

export interface RebuildBegun {
  readonly epoch: number;
  /** An earlier one did not end; this one goes on where it stopped. */
  readonly resumed: boolean;
}

interface Row {
  readonly outcome: 'begun' | 'resumed' | 'notEmpty' | 'otherEpoch';
  readonly epoch: number;
}

/**
 * Bumps the epoch and closes the ledger until the rebuild ends: meanwhile no settlement enters (LEDGER_BEHIND), so nothing is
 * signed. One that did not end is taken up again, under the epoch that it began with.
 * @throws PermanentError LEDGER_NOT_EMPTY, and then nothing was written
 */
export async function beginRebuild({ db }: LedgerContext, reason: string): Promise<RebuildBegun> {
  const { rows } = await askLedger('the rebuild cannot begin', () =>
    sql<Row>`select outcome, epoch from ledger.begin_rebuild(${reason})`.execute(db),
  );
  const [row] = rows;
  if (!row) throw new Error('ledger.begin_rebuild answered nothing');
  const { outcome, epoch } = row;
  if (outcome === 'notEmpty') {
    throw new PermanentError(
      'LEDGER_NOT_EMPTY',
      'the ledger holds settlements: a rebuild would not know which to believe',
    );
  }
  if (outcome === 'otherEpoch') {
    const why = `a rebuild did not end in it, and since then its epoch was bumped to ${epoch}`;
    throw new PermanentError('LEDGER_NOT_EMPTY', `the ledger cannot be rebuilt: ${why}`);
  }
  return { epoch, resumed: outcome === 'resumed' };
}
