import { InvalidArgumentError } from 'commander';
import { statuses, type SettlementStatus } from '../domain/status';

/** A whole number from 1 to 1,000,000, for commander. */
export function parseCount(text: string): number {
  const count = /^[1-9][0-9]{0,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.');
}

/** A part of a hundred that is neither none nor all of it, for commander. */
export function parsePercent(text: string): number {
  if (/^[1-9][0-9]?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
}

/** Words that are kept in the ledger, for commander. */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason.length > 0 && reason.length <= 500) return reason;
  throw new InvalidArgumentError('Say in 1 to 500 characters why; it is kept in the ledger.');
}

/** A caller's id of one request; Temporal keeps it with the run. */
export function parseRequestId(text: string): string {
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 200 visible ASCII characters.');
}

/** A day (its beginning in UTC) or a moment with its zone, for commander. */
export function parseMoment(text: string): Date {
  const pattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const moment = new Date(pattern.test(text) ? text : NaN);
  // Date.parse takes the 31st of February for a day in March.
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!Number.isNaN(moment.getTime()) && isDay) return moment;
  throw new InvalidArgumentError('Give a day, as 2026-11-01, or a time with its zone, as 2026-11-01T12:00:00Z.');
}

/** Statuses by commas, in either case, for commander. */
export function parseStatuses(text: string): readonly SettlementStatus[] {
  return text.split(',').map((word) => {
    const known = statuses.find((status) => status === word.trim().toUpperCase());
    if (known) return known;
    throw new InvalidArgumentError(`By commas, of ${statuses.join(', ')}.`);
  });
}
