import { isErrorCode } from '../domain/errorCodes';
import type { OrderJson, SettlementOrder } from '../domain/order';
import type { LedgerSettlement } from './ledger';
import type { SettlementRow } from './tables';

/** A row of the ledger, as the rest of the program knows settlements. */
export function toSettlement(row: SettlementRow): LedgerSettlement {
  return {
    record: {
      settlementId: row.settlement_id,
      status: row.status,
      sourceChain: row.source_chain,
      destinationChain: row.destination_chain,
      token: row.token,
      amount: row.amount,
      holder: row.holder,
      recipient: row.recipient,
      attempt: row.attempt,
      burnTxHash: row.burn_tx_hash,
      mintTxHash: row.mint_tx_hash,
      refundTxHash: row.refund_tx_hash,
      compensated: row.compensated,
      needsOperator: row.needs_operator,
      errorCode: codeOf(row.error_code),
      errorMessage: row.error_message,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    },
    fingerprint: row.fingerprint as `0x${string}`,
    order: toOrder(row.order),
    signature: row.signature,
    epoch: row.epoch,
    owner: { settlementId: row.settlement_id, runId: row.owner_run_id, fence: Number(row.owner_fence) },
  };
}

/** A code that a newer version wrote is not dropped silently. */
function codeOf(code: string | null): LedgerSettlement['record']['errorCode'] {
  return code === null || isErrorCode(code) ? code : 'INTERNAL';
}

/** It was checked when it was accepted, and cannot have changed since. */
function toOrder(json: OrderJson): SettlementOrder {
  return {
    ...json,
    amount: BigInt(json.amount),
    sourceChainId: BigInt(json.sourceChainId),
    destinationChainId: BigInt(json.destinationChainId),
    validBefore: BigInt(json.validBefore),
  };
}
