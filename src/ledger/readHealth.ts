import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** What an operator asks of a ledger first. */
export interface LedgerHealth {
  readonly serverVersion: string;
  readonly epoch: number;
  /** Nothing is journaled while it is closed: see `settle ledger reopen`. */
  readonly isOpen: boolean;
  readonly isRebuilding: boolean;
  readonly events: number;
  /** Events up to this one are sealed; 0: none is. */
  readonly sealedUpTo: number;
  /** Since the last seal, by the database's clock; null: there is none. */
  readonly sealAgeSeconds: number | null;
}

interface Row {
  readonly version: string;
  readonly epoch: number;
  readonly is_open: boolean;
  readonly is_rebuilding: boolean;
  readonly events: string;
  readonly sealed_up_to: string;
  readonly seal_age: number | null;
}

/** @throws ConfigError CONFIG_INVALID where there is no ledger; TransientError LEDGER_UNAVAILABLE */
export async function readHealth({ db }: LedgerContext): Promise<LedgerHealth> {
  const query = sql<Row>`
    select current_setting('server_version') as version, l.epoch, l.reopened_epoch = l.epoch as is_open,
      l.rebuild_epoch is not null as is_rebuilding,
      coalesce((select max(id) from ledger.settlement_events), 0) as events,
      coalesce((select max(to_id) from ledger.event_seals), 0) as sealed_up_to,
      (select extract(epoch from clock_timestamp() - max(at))::float from ledger.event_seals) as seal_age
    from ledger.ledger l`;
  const { rows } = await askLedger('its health cannot be read', () => query.execute(db));
  const row = rows[0] as Row;
  return {
    serverVersion: row.version,
    epoch: row.epoch,
    isOpen: row.is_open,
    isRebuilding: row.is_rebuilding,
    events: Number(row.events),
    sealedUpTo: Number(row.sealed_up_to),
    sealAgeSeconds: row.seal_age,
  };
}
