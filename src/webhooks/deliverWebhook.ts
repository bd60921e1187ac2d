import type { SettlementRecord } from '../domain/record';
import { isErrorCode } from '../domain/errorCodes';
import type { WebhookBody, WebhookOutcome, WebhookRequest } from '../domain/webhook';
import type { LedgerEvent } from '../ledger/api/ledgerEvent';
import type { Ledger } from '../ledger/createLedger';
import type { WebhookSender } from './createWebhookSender';
import { signWebhook } from './signWebhook';

export interface WebhookContext {
  readonly ledger: Pick<Ledger, 'find' | 'eventAt' | 'readWebhook'>;
  readonly sender: WebhookSender;
}

/** Tells a receiver of the end that the event is of, as the settlement stood then, signed anew at each try. */
export async function deliverWebhook(context: WebhookContext, request: WebhookRequest): Promise<WebhookOutcome> {
  const { ledger, sender } = context;
  const { tokenId, settlementId, seq, messageId } = request;
  const [webhook, row, event] = await Promise.all([
    ledger.readWebhook(tokenId),
    ledger.find(settlementId),
    ledger.eventAt(settlementId, seq),
  ]);
  // Without the event the ledger is another one than the one that asked for this.
  if (!webhook || !row || !event) return 'gone';
  const body = JSON.stringify(bodyOf(row.record, event));
  return sender.send(
    webhook.url,
    { ...signWebhook(webhook.secret, messageId, Math.floor(Date.now() / 1_000), body) },
    body,
  );
}

function bodyOf(record: SettlementRecord, event: LedgerEvent): WebhookBody {
  const { status, attempt, burnTxHash, mintTxHash, refundTxHash, compensated, needsOperator, errorMessage } = event;
  const errorCode = isErrorCode(event.errorCode) ? event.errorCode : null;
  const then = { status, attempt, burnTxHash, mintTxHash, refundTxHash, compensated, needsOperator };
  return {
    type: status === 'COMPLETED' ? 'settlement.completed' : 'settlement.failed',
    timestamp: event.at,
    data: { ...record, ...then, errorCode, errorMessage, updatedAt: event.at },
  };
}
