import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { BatchActivities, BatchProgress, BatchStep } from '../../../src/domain/batch';

/** One way that a batch can go; `npm run replay:record` keeps a history of each. */
export interface BatchScenario {
  readonly name: string;
  readonly size: number;
  /** Told to the workflow instead of the name, which its workflow id has. */
  readonly batchId?: string;
  readonly activities: (calls: BatchCalls) => BatchActivities;
  /** What is done to it while it runs. */
  readonly act?: (handle: WorkflowHandle, calls: BatchCalls) => Promise<void>;
  /** The progress it ends with, or the code it fails with. */
  readonly ends: Partial<BatchProgress> | string;
}

/** What the activities were asked, in the order of the asking. */
export interface BatchCalls {
  readonly burned: string[];
  readonly minted: string[];
  readonly left: number[];
  /** Settles once the first burn was asked for. */
  readonly begun: Promise<void>;
  begin(): void;
  /** Holds burns back until it is called. */
  readonly released: Promise<void>;
  release(): void;
}

export function createBatchCalls(): BatchCalls {
  let begin: () => void = () => undefined;
  let release: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  return { burned: [], minted: [], left: [], begun, begin: () => begin(), released, release: () => release() };
}

const none: BatchStep = { stragglers: [], later: [] };

const straight = (calls: BatchCalls): BatchActivities => ({
  burnBatch: async ({ from, to }) => {
    calls.burned.push(`${from}-${to}`);
    calls.begin();
    return none;
  },
  mintBatch: async ({ from, to }) => {
    calls.minted.push(`${from}-${to}`);
    return none;
  },
  leaveBatch: async ({ positions }) => void calls.left.push(...positions),
});

export const batchScenarios: readonly BatchScenario[] = [
  {
    name: 'all-go-straight',
    size: 450,
    activities: straight,
    ends: { size: 450, next: 450, burned: 450, completed: 450, left: 0, cancelled: false },
  },
  {
    name: 'some-leave',
    size: 5,
    activities: (calls) => ({
      ...straight(calls),
      burnBatch: async () => ({ ...none, stragglers: [{ position: 1, code: 'INSUFFICIENT_FUNDS' }] }),
      mintBatch: async ({ except }) => {
        if (except.join() !== '1') throw ApplicationFailure.nonRetryable('who left must not be minted here');
        return { ...none, stragglers: [{ position: 3, code: 'MINT_REFUSED' }] };
      },
    }),
    ends: { size: 5, burned: 4, completed: 3, left: 2 },
  },
  {
    name: 'some-are-kept-back',
    size: 6,
    activities: (calls) => ({
      ...straight(calls),
      burnBatch: async ({ except }) => {
        calls.burned.push(`not ${except.join()}`);
        const isFirst = calls.burned.length === 1;
        return isFirst ? { stragglers: [{ position: 1, code: 'REVOKED' }], later: [2, 3] } : none;
      },
      mintBatch: async ({ except }) => {
        calls.minted.push(`not ${except.join()}`);
        const isFirst = calls.minted.length === 1;
        return isFirst ? { ...none, later: [4] } : { ...none, stragglers: [{ position: 4, code: 'MINT_REFUSED' }] };
      },
    }),
    ends: { size: 6, burned: 5, completed: 4, left: 2 },
  },
  {
    name: 'cancelled',
    size: 5_000,
    activities: (calls) => ({
      ...straight(calls),
      burnBatch: async () => {
        calls.begin();
        await calls.released;
        return none;
      },
    }),
    act: async (handle, calls) => {
      await calls.begun;
      await handle.cancel();
      calls.release();
    },
    ends: { size: 5_000, next: 1_200, burned: 1_200, completed: 1_200, cancelled: true },
  },
  { name: 'under-another-id', size: 1, batchId: 'other', activities: straight, ends: 'BAD_REQUEST' },
];
