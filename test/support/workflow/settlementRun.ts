import { WorkflowFailedError, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  fingerprintMemo,
  recordQuery,
  resolveUpdate,
  workflowType,
  type Resolution,
} from '../../../src/domain/messages';
import type { SettlementRecord } from '../../../src/domain/record';
import { orderFor, signature } from './fixtures';
import type { Harness } from './harness';
import type { Performance, Script } from './mockActivities';

/** One run of the settlement workflow with its mocked activities, and what tests ask of it. */
export interface SettlementRun {
  readonly settlementId: string;
  readonly handle: WorkflowHandleWithFirstExecutionRunId;
  readonly performance: Performance;
  record(): Promise<SettlementRecord>;
  /** Asks again and again until the record is so. Only for what no event tells. */
  untilRecord(is: (record: SettlementRecord) => boolean): Promise<SettlementRecord>;
  /** Resolves when an activity has failed and waits for its next try. */
  untilBetweenTries(): Promise<void>;
  update(name: 'cancel' | 'retry'): Promise<SettlementRecord>;
  resolve(word: Resolution): Promise<SettlementRecord>;
  end(): Promise<Ended>;
}

export interface Ended {
  /** Null where the run was refused before it had one. */
  readonly record: SettlementRecord | null;
  /** How the failed run ended; null when it completed. */
  readonly failure: ApplicationFailure | null;
}

export interface StartOptions {
  readonly script: Script;
  /** The workflow's arguments; by default a sound order under this id. */
  readonly args?: (settlementId: string) => unknown[];
  /** Search attributes and memo as our client gives them; a raw `temporal workflow start` has none. */
  readonly raw?: boolean;
}

export async function startRun(
  harness: Pick<Harness, 'client' | 'mocks' | 'taskQueue'>,
  settlementId: string,
  { script, args = signedOrder, raw = false }: StartOptions,
): Promise<SettlementRun> {
  const performance = harness.mocks.script(settlementId, script);
  const handle = await harness.client.workflow.start(workflowType, {
    workflowId: settlementId,
    taskQueue: harness.taskQueue,
    args: args(settlementId),
    ...(raw ? {} : asOurClientDoes(settlementId)),
  });
  const record = (): Promise<SettlementRecord> => handle.query<SettlementRecord>(recordQuery);
  return {
    settlementId,
    handle,
    performance,
    record,
    async untilRecord(is) {
      const seen = await pollUntil(record, is);
      // A query replays events that no task has handled yet; an update in that task would come before them.
      await pollUntil(
        async () => (await handle.describe()).raw.pendingWorkflowTask ?? null,
        (task) => task === null,
      );
      return seen;
    },
    untilBetweenTries: async () => {
      await pollUntil(
        async () => (await handle.describe()).raw.pendingActivities ?? [],
        ([activity]) => (activity?.attempt ?? 0) > 1,
      );
    },
    update: (name) => handle.executeUpdate(name),
    resolve: (word) => handle.executeUpdate(resolveUpdate, { args: [word] }),
    end: () => endOf(() => handle.result() as Promise<SettlementRecord>),
  };
}

function signedOrder(settlementId: string): unknown[] {
  return [orderFor(settlementId), signature];
}

function asOurClientDoes(settlementId: string) {
  const { holder, recipient } = orderFor(settlementId);
  const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  return {
    memo: { [fingerprintMemo]: `0x${'f1'.repeat(32)}` },
    typedSearchAttributes: [
      { key: keyword('SettlementStatus'), value: 'PROCESSING' },
      { key: keyword('SettlementRoute'), value: 'alder-birch' },
      { key: keyword('SettlementHolder'), value: holder },
      { key: keyword('SettlementRecipient'), value: recipient },
    ],
  };
}

/** How a run ended. A failed run carries its record in the failure. */
async function endOf(result: () => Promise<SettlementRecord>): Promise<Ended> {
  try {
    return { record: await result(), failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
    return { record: (error.cause.details?.[0] ?? null) as SettlementRecord | null, failure: error.cause };
  }
}

export async function pollUntil<T>(ask: () => Promise<T>, is: (answer: T) => boolean, withinMs = 15_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
