import { InvalidArgumentError } from 'commander';

/** A whole number from 1 to 1,000,000, for commander. */
export function parseCount(text: string): number {
  const count = /^[1-9][0-9]{0,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.');
}

/** Words that are kept in the ledger, for commander. */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason.length > 0 && reason.length <= 500) return reason;
  throw new InvalidArgumentError('Say in 1 to 500 characters why; it is kept in the ledger.');
}
