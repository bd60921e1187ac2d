import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  patched,
  setHandler,
} from '@temporalio/workflow';
import {
  cancelUpdate,
  recordQuery,
  resolutionActions,
  resolveUpdate,
  retryUpdate,
  type Resolution,
} from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import type { ErrorCode } from '../domain/errorCodes';
import type { SettlementStatus } from '../domain/status';
import type { Settlement } from './settlement';
import { recordResolution } from './steps';

export const record = defineQuery<SettlementRecord>(recordQuery);
export const retry = defineUpdate<SettlementRecord>(retryUpdate);
export const cancel = defineUpdate<SettlementRecord>(cancelUpdate);
export const resolve = defineUpdate<SettlementRecord, [Resolution]>(resolveUpdate);

const byCaller: Resolution = { action: 'retry', by: 'caller', evidence: 'asked to go forward again' };
const cancellable: ReadonlySet<SettlementStatus> = new Set<SettlementStatus>([
  'PENDING',
  'PROCESSING',
  'BURNING',
  'BURNED',
  'MINTING',
]);

/** What callers may ask of a running settlement, and how their word reaches the saga. */
export class Desk {
  private scope: CancellationScope | null = null;
  private heard: { readonly word: Resolution; readonly at: SettlementStatus } | null = null;
  private cancelled = false;

  constructor(private readonly settlement: Settlement) {
    const answer = (): SettlementRecord => settlement.record;
    setHandler(record, answer);
    setHandler(cancel, () => (this.takeCancel(), answer()), { validator: () => this.mayCancel() });
    setHandler(retry, () => (this.hear(byCaller), answer()), { validator: () => this.mayRetry() });
    setHandler(resolve, (word) => this.takeResolution(word), {
      validator: (word: unknown) => this.mayResolve(word),
    });
  }

  /** Runs a forward step that a cancel interrupts. A cancel that came earlier keeps it from starting. */
  async untilCancelled<T>(step: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope();
    this.scope = scope;
    if (this.cancelled) scope.cancel();
    return scope.run(step);
  }

  /** Runs an undo; the word "forward" stops it, and then it does not matter how far it got: the slots decide. */
  async untilForward<T>(undo: () => Promise<T>): Promise<T | 'forward'> {
    const scope = new CancellationScope();
    const progress = { settled: false };
    const work = scope.run(undo).finally(() => (progress.settled = true));
    work.catch(() => undefined); // it is awaited below, or no longer wanted
    await condition(() => progress.settled || this.word?.action === 'retry');
    if (progress.settled) return work;
    this.goForward();
    scope.cancel();
    return 'forward';
  }

  /** Waits for somebody's word, at most this long where a time is given; null when none came. */
  async nextWord(withinMs?: number): Promise<Resolution | null> {
    const spoken = (): boolean => this.word !== null;
    if (withinMs === undefined) await condition(spoken);
    else await condition(spoken, withinMs);
    const { word } = this;
    if (word?.action === 'retry') this.goForward();
    this.heard = null;
    return word;
  }

  /** The caller does not want the settlement any more; until the mint is final that can be had. */
  takeCancel(): void {
    this.cancelled = true;
    this.scope?.cancel();
  }

  /** The ledger keeps who said it and why, before it counts; in the status it was said in, or not at all. */
  private async takeResolution(word: Resolution): Promise<SettlementRecord> {
    const { settlementId, attempt, status } = this.settlement.record;
    const { action, by, evidence } = word;
    // Histories from before it was kept have no such step.
    if (patched('record-resolution')) {
      await recordResolution({ settlementId, attempt, status, action, by, evidence });
    }
    this.hear(word, status);
    return this.settlement.record;
  }

  private hear(word: Resolution, at: SettlementStatus = this.settlement.status): void {
    this.heard = { word, at };
  }

  /** A word counts only in the status it was said in: "refund" to a stuck undo must never reverse a mint found later. */
  private get word(): Resolution | null {
    return this.heard?.at === this.settlement.status ? this.heard.word : null;
  }

  private goForward(): void {
    this.heard = null;
    this.cancelled = false;
  }

  private mayCancel(): void {
    if (!cancellable.has(this.settlement.status)) reject('NOT_CANCELLABLE', `it is ${this.settlement.status}`);
  }

  private mayRetry(): void {
    if (this.settlement.status !== 'COMPENSATING') reject('NOT_RETRYABLE', `it is ${this.settlement.status}`);
  }

  private mayResolve(given: unknown): void {
    // Whoever sends an Update may send anything.
    const word: Partial<Record<keyof Resolution, unknown>> = typeof given === 'object' && given !== null ? given : {};
    const { record: now } = this.settlement;
    if (!now.needsOperator && now.status !== 'COMPENSATING')
      reject('NOT_RESOLVABLE', `it is ${now.status} and goes on alone`);
    if (!(resolutionActions as readonly unknown[]).includes(word.action))
      reject('BAD_REQUEST', `action must be one of ${resolutionActions.join(', ')}`);
    for (const field of ['by', 'evidence'] as const) {
      if (typeof word[field] !== 'string' || word[field] === '') reject('BAD_REQUEST', `${field} must not be empty`);
    }
  }
}

function reject(code: ErrorCode, why: string): never {
  throw ApplicationFailure.nonRetryable(why, code);
}
