import { ownsSettlement, type ApiToken } from '../domain/apiToken';
import { PermanentError } from '../domain/errors';
import { parseSettlementId } from '../domain/settlementId';

/**
 * The id in a path, if it is one of the token's. Another's is as unknown as one that never was.
 * @throws PermanentError ID_INVALID, NOT_FOUND
 */
export function ownSettlementId(token: ApiToken, text: unknown): string {
  const settlementId = parseSettlementId(text);
  if (!ownsSettlement(token, settlementId)) throw unknownSettlement(settlementId);
  return settlementId;
}

export function unknownSettlement(settlementId: string): PermanentError {
  return new PermanentError('NOT_FOUND', `no settlement ${settlementId} is known`);
}
