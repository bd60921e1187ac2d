import { PermanentError } from '../domain/errors';

/** Where a page ended, for a caller who need not know what that is. */
export function encodeCursor(position: bigint): string {
  return Buffer.from(`p${position}`).toString('base64url');
}

/** @throws PermanentError BAD_REQUEST */
export function decodeCursor(text: string): bigint {
  const [, position] = /^p([0-9]{1,18})$/.exec(Buffer.from(text.slice(0, 64), 'base64url').toString('latin1')) ?? [];
  if (position !== undefined) return BigInt(position);
  throw new PermanentError('BAD_REQUEST', 'the query.cursor: is not a nextCursor of an earlier page');
}
