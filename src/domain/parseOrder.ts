import { parseAddress } from './address';
import { checkOrderShape } from './checkOrderShape';
import { PermanentError } from './errors';
import { parseBaseUnits } from './money';
import type { SettlementOrder } from './order';
import { quote } from './quote';
import { parseSettlementId } from './settlementId';

/**
 * An order from JSON of unknown origin (the API, `temporal workflow start`, a file).
 * Says the first thing that is wrong, by its code; unknown fields are refused because the signature would not cover them.
 * @throws PermanentError BAD_REQUEST, ID_INVALID, AMOUNT_*, ADDRESS_*, SAME_CHAIN, UNKNOWN_CHAIN, DEADLINE_INVALID, ATTEMPTS_INVALID
 */
export function parseOrder(json: unknown): SettlementOrder {
  const source = checkOrderShape(json);
  const order: SettlementOrder = {
    settlementId: parseSettlementId(source.settlementId),
    amount: parseBaseUnits(source.amount),
    holder: parseAddress(source.holder, 'holder'),
    recipient: parseAddress(source.recipient, 'recipient'),
    token: parseAddress(source.token, 'token'),
    destinationToken: parseAddress(source.destinationToken, 'destinationToken'),
    destinationGateway: parseAddress(source.destinationGateway, 'destinationGateway'),
    sourceChainId: parseInteger(source.sourceChainId, 1, 'UNKNOWN_CHAIN', 'sourceChainId'),
    destinationChainId: parseInteger(source.destinationChainId, 1, 'UNKNOWN_CHAIN', 'destinationChainId'),
    validBefore: parseInteger(source.validBefore, 1, 'DEADLINE_INVALID', 'validBefore'),
    maxAttempts: Number(parseInteger(source.maxAttempts, 1, 'ATTEMPTS_INVALID', 'maxAttempts', 255)),
  };
  if (order.sourceChainId === order.destinationChainId) {
    throw new PermanentError('SAME_CHAIN', `source and destination are both chain ${order.sourceChainId}`);
  }
  if ([order.token, order.destinationToken, order.destinationGateway].includes(order.recipient)) {
    throw new PermanentError('ADDRESS_FORBIDDEN', `recipient ${order.recipient} is the token or gateway itself`);
  }
  return order;
}

function parseInteger(
  value: unknown,
  least: number,
  code: 'UNKNOWN_CHAIN' | 'DEADLINE_INVALID' | 'ATTEMPTS_INVALID',
  field: string,
  most: number = Number.MAX_SAFE_INTEGER,
): bigint {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new PermanentError(code, `${field} ${quote(value)} is not an integer from ${least} to ${most}`);
  }
  return BigInt(value);
}
