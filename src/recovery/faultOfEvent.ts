import type { GatewayEvent } from '../chains/watcher/readGatewayEvents';
import type { SettlementRecord } from '../domain/record';
import type { LedgerSettlement } from '../ledger/ledger';

/** What of an applied operation is not what its row says, or null. */
export function faultOfEvent(event: GatewayEvent, row: LedgerSettlement | undefined): string | null {
  const { kind, attempt, transactionHash, amount } = event;
  const told = `${kind}(${attempt}) in ${transactionHash}`;
  if (!row) return `${told} is of a settlement that is not in the ledger (key ${event.settlementKey})`;
  if (row.fingerprint !== event.fingerprint) return `${told} is of another order (${event.fingerprint}) than the row`;
  if (amount !== row.order.amount) return `${told} moved ${String(amount)}, the row says ${row.order.amount}`;
  const named = attempt === row.record.attempt ? hashIn(row.record, kind) : null;
  return named === null || named === transactionHash ? null : `${told}, the row names ${named}`;
}

function hashIn({ burnTxHash, mintTxHash, refundTxHash }: SettlementRecord, kind: GatewayEvent['kind']): string | null {
  return { Burn: burnTxHash, Mint: mintTxHash, Refund: refundTxHash, CancelMint: null, ReverseMint: null }[kind];
}
