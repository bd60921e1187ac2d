import { parseEventLogs, type Hex, type TransactionReceipt } from 'viem';
import { operationKinds, type OperationKind } from '../domain/slot';
import type { Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { refusalName } from './refusalName';

export type OperationOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'alreadyApplied' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The transaction as a whole reverted or carries no event of this operation: nothing was decided. */
  | { readonly kind: 'undecided' };

/** What the gateway's own event in this receipt says of one operation. A receipt's `status` says nothing about a single operation. */
export function operationOutcome(
  chain: Chain,
  receipt: TransactionReceipt,
  operation: { settlementKey: Hex; kind: OperationKind; attempt: number },
): OperationOutcome {
  const ours = parseEventLogs({ abi: settlementGatewayAbi, logs: receipt.logs, strict: true }).find(
    (log) =>
      log.address.toLowerCase() === chain.config.gateway.toLowerCase() &&
      'kind' in log.args &&
      log.args.settlementKey === operation.settlementKey &&
      operationKinds[log.args.kind] === operation.kind &&
      log.args.attempt === operation.attempt,
  );
  switch (ours?.eventName) {
    case 'OperationApplied':
      return { kind: 'applied' };
    case 'OperationAlreadyApplied':
      return { kind: 'alreadyApplied' };
    case 'OperationRefused':
      return { kind: 'refused', reason: refusalName(ours.args.reason) };
    default:
      return { kind: 'undecided' };
  }
}
