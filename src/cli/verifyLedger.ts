import type { Ledger } from '../ledger/createLedger';
import type { EventsVerified } from '../ledger/verifyEvents';
import type { SealsVerified } from '../ledger/verifySeals';
import { readSecretFile } from '../signers/readSecretFile';

export interface LedgerVerified {
  readonly ok: boolean;
  readonly events: EventsVerified;
  /** Null: no key was given, so none was computed. */
  readonly seals: SealsVerified | null;
}

/** Every chain of events and, with their key, every seal; each up to the first that is wrong. */
export async function verifyLedger(ledger: Ledger, sealKeyFile?: string): Promise<LedgerVerified> {
  const key = sealKeyFile === undefined ? null : await readSecretFile(sealKeyFile);
  const events = await ledger.verifyEvents();
  const seals = key === null ? null : await ledger.verifySeals(key);
  return { ok: events.ok && seals?.ok !== false, events, seals };
}

/** The same, for people. */
export function verifiedLines({ events, seals }: LedgerVerified): readonly string[] {
  const eventsLine = events.ok
    ? `events: ok (${events.settlements} settlements, ${events.events} events)`
    : `events: BAD: settlement ${events.settlementId}, event ${events.seq}: ${events.what}`;
  if (seals === null) return [eventsLine, 'seals: not checked (give --seal-key-file)'];
  const sealsLine = seals.ok
    ? `seals: ok (${seals.seals} seals, up to event id ${seals.upToId})`
    : `seals: BAD: the seal of event ids ${seals.seal.fromId} to ${seals.seal.toId}: ${seals.what}`;
  return [eventsLine, sealsLine];
}
