import { createHash } from 'node:crypto';

/** One event as its hash covers it. */
export interface HashedEvent {
  readonly previousHash: Buffer;
  readonly settlementId: string;
  readonly seq: number;
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly attempt: number;
  /** The facts' JSON, to the letter as the database prints it. */
  readonly facts: string;
  /** Microseconds since 1970. */
  readonly atMicros: string;
}

/** The same as the database's `ledger.event_hash`, which wrote the hash: sha256 over one line per field. */
export function eventHash(event: HashedEvent): Buffer {
  const lines = [
    'settlement event 1',
    event.settlementId,
    event.seq,
    event.fromStatus ?? '',
    event.toStatus,
    event.attempt,
    event.facts,
    event.atMicros,
    event.previousHash.toString('hex'),
  ];
  return createHash('sha256').update(lines.join('\n')).digest();
}
