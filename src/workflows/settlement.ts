import { upsertSearchAttributes, setCurrentDetails, workflowInfo, ApplicationFailure } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { askedAtMemo } from '../domain/messages';
import type { OrderJson } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import { assertLegalTransition, type SettlementStatus } from '../domain/status';
import { describeError } from './describeError';
import { Pager } from './pager';

const statusKey = defineSearchAttributeKey('SettlementStatus', SearchAttributeType.KEYWORD);
const needsOperatorKey = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);
const routeKey = defineSearchAttributeKey('SettlementRoute', SearchAttributeType.KEYWORD);
const holderKey = defineSearchAttributeKey('SettlementHolder', SearchAttributeType.KEYWORD);
const recipientKey = defineSearchAttributeKey('SettlementRecipient', SearchAttributeType.KEYWORD);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One run's view of its settlement: the record, its legal steps, and what the Web UI shows of it. */
export class Settlement {
  private readonly fields: Mutable<SettlementRecord>;
  private readonly steps: string[] = [];
  private readonly pager = new Pager();

  constructor(order: OrderJson) {
    const { startTime, workflowId, memo } = workflowInfo();
    this.fields = recordAtStart({ ...order, settlementId: workflowId }, startTime, memo?.[askedAtMemo]);
    this.describe(order);
  }

  get record(): SettlementRecord {
    return { ...this.fields };
  }

  get status(): SettlementStatus {
    return this.fields.status;
  }

  /** Takes one legal step and notes what became known with it. */
  advance(to: SettlementStatus, facts: Partial<Omit<SettlementRecord, 'status' | 'settlementId'>> = {}): void {
    assertLegalTransition(this.fields.status, to);
    this.note(`${to}${hashIn(facts)}`, { ...facts, status: to });
  }

  /** The settlement cannot go on alone. The status stays; search attribute and alert call an operator. */
  callOperator(error: unknown): void {
    const { code, message } = describeError(error);
    if (!this.fields.needsOperator) upsertSearchAttributes([{ key: needsOperatorKey, value: true }]);
    this.note(`needs an operator: ${code}`, { needsOperator: true, errorCode: code, errorMessage: message });
    this.pager.call(this.record, code, message);
  }

  dismissOperator(): void {
    if (!this.fields.needsOperator) return;
    this.fields.needsOperator = false;
    upsertSearchAttributes([{ key: needsOperatorKey, value: false }]);
    this.pager.over(this.record);
  }

  /** Before the run ends: whoever was called is told that it is over. */
  alertsSettled(): Promise<void> {
    return this.pager.settled();
  }

  /** Shows the status to who searches and lists. Not at every step: each costs the server a write. */
  publish(): void {
    upsertSearchAttributes([{ key: statusKey, value: this.fields.status }]);
  }

  /** Ends the run as failed; the failure carries the record, so that it can be read without a worker. */
  failure(error: unknown): ApplicationFailure {
    const { code, message } = describeError(error);
    this.note(`because ${code}`, { errorCode: code, errorMessage: message });
    this.dismissOperator();
    this.publish();
    return ApplicationFailure.nonRetryable(message, code, this.record);
  }

  private note(step: string, facts: Partial<SettlementRecord>): void {
    Object.assign(this.fields, facts, { updatedAt: new Date().toISOString() });
    this.steps.push(`- ${this.fields.updatedAt} ${step}`);
    // A settlement that needs an operator for weeks must not grow its page without bound.
    if (this.steps.length > 40) this.steps.splice(20, 1);
    setCurrentDetails(`**${this.fields.status}**, attempt ${this.fields.attempt}\n\n${this.steps.join('\n')}`);
  }

  /** Our client gives these at the start; a raw `temporal workflow start` does not. */
  private describe(order: OrderJson): void {
    if (workflowInfo().typedSearchAttributes.get(statusKey) !== undefined) return;
    upsertSearchAttributes([
      { key: statusKey, value: 'PROCESSING' },
      { key: routeKey, value: `${order.sourceChainId}-${order.destinationChainId}` },
      { key: holderKey, value: order.holder },
      { key: recipientKey, value: order.recipient },
    ]);
  }
}

function hashIn(facts: object): string {
  const hash = Object.entries(facts).find(([key, value]) => key.endsWith('TxHash') && value !== null);
  return hash ? ` (${hash[1]})` : '';
}
