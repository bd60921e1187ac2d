import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ErrorCode } from '../../src/domain/errorCodes';
import { resolveUpdate, type Resolution } from '../../src/domain/messages';
import type { SettlementStatus } from '../../src/domain/status';
import { answers, held, refuses, type Held } from '../support/workflow/behaviours';
import { burned, minted, refunded, reversed, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import type { Script } from '../support/workflow/mockActivities';
import { startRun, type SettlementRun } from '../support/workflow/settlementRun';

/** What may be asked of a settlement at each point where it waits, and how a refusal is told. The activities are mocks. */

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const newId = (): string => `update-${randomUUID().slice(0, 12)}`;
const word: Resolution = { action: 'refund', by: 'olga', evidence: 'ticket 17' };

type Question = 'cancel' | 'retry' | 'resolve';
const ask: Readonly<Record<Question, (run: SettlementRun) => Promise<unknown>>> = {
  cancel: (run) => run.update('cancel'),
  retry: (run) => run.update('retry'),
  resolve: (run) => run.resolve(word),
};
const refusals: Readonly<Record<Question, ErrorCode>> = {
  cancel: 'NOT_CANCELLABLE',
  retry: 'NOT_RETRYABLE',
  resolve: 'NOT_RESOLVABLE',
};
const questions = Object.keys(ask) as Question[];

/** A point where the saga waits: what brings a run there, and what it then answers to. */
interface Await {
  readonly at: string;
  readonly status: SettlementStatus;
  readonly allows: readonly Question[];
  readonly prepare: () => { script: Script; reached: (run: SettlementRun) => Promise<unknown> };
}

const heldAt = (step: keyof Script, gate: Held<unknown>, script: Script) => ({
  script: { ...script, [step]: [gate.behaviour] },
  reached: () => gate.entered,
});
const compensating: Script = { burn: [answers(burned())], mint: [refuses('MINT_REFUSED')] };
const vanished: Script = { burn: [answers(burned())], mint: [refuses('BURN_VANISHED')] };
const calledOperator = (run: SettlementRun) => run.untilRecord(({ needsOperator }) => needsOperator);

const awaits: readonly Await[] = [
  {
    at: 'the burn',
    status: 'BURNING',
    allows: ['cancel'],
    prepare: () => heldAt('burn', held(answers(burned())), {}),
  },
  {
    at: 'the mint',
    status: 'MINTING',
    allows: ['cancel'],
    prepare: () => heldAt('mint', held(answers(minted)), { burn: [answers(burned())] }),
  },
  {
    at: 'the tombstone',
    status: 'COMPENSATING',
    allows: ['retry', 'resolve'],
    prepare: () => heldAt('cancelMint', held(answers(tombstoned)), compensating),
  },
  {
    at: 'the refund',
    status: 'COMPENSATING',
    allows: ['retry', 'resolve'],
    prepare: () => heldAt('refund', held(answers(refunded)), { ...compensating, cancelMint: [answers(tombstoned)] }),
  },
  {
    at: 'a refund that was refused',
    status: 'COMPENSATING',
    allows: ['retry', 'resolve'],
    prepare: () => ({
      script: { ...compensating, cancelMint: [answers(tombstoned)], refund: [refuses('REFUND_REFUSED')] },
      reached: calledOperator,
    }),
  },
  {
    at: "an operator's word on a mint without a burn",
    status: 'MINTED',
    allows: ['resolve'],
    prepare: () => ({ script: vanished, reached: calledOperator }),
  },
  {
    at: 'the reversal of a mint',
    status: 'MINTED',
    allows: ['resolve'],
    prepare: () => {
      const reversal = held(answers(reversed));
      return {
        script: { ...vanished, reverseMint: [reversal.behaviour] },
        reached: async (run) => {
          await calledOperator(run);
          await run.resolve(word);
          await reversal.entered;
        },
      };
    },
  },
  {
    at: 'another look at a mint without a burn',
    status: 'MINTED',
    allows: ['resolve'],
    prepare: () => {
      const look = held(answers(minted));
      return {
        script: { ...vanished, mint: [refuses('BURN_VANISHED'), look.behaviour] },
        reached: async (run) => {
          await calledOperator(run);
          await run.resolve({ ...word, action: 'complete' });
          await look.entered;
        },
      };
    },
  },
];

describe('while it waits for', () => {
  test.concurrent.each(awaits)('$at ($status): refusals say why and write nothing', async (point) => {
    const { script, reached } = point.prepare();
    const run = await startRun(harness, newId(), { script });
    await reached(run);
    const before = { record: await run.record(), events: await countLastingEvents(run) };
    expect(before.record.status).toBe(point.status);

    for (const question of questions.filter((each) => !point.allows.includes(each))) {
      const { code, message } = await refusalOf(() => ask[question](run));
      expect(code).toBe(refusals[question]);
      expect(message).toContain(point.status);
    }
    expect({ record: await run.record(), events: await countLastingEvents(run) }).toEqual(before);
    await run.handle.terminate('test');
  });

  for (const point of awaits) {
    test.concurrent.each(point.allows)(`${point.at} (${point.status}): %s is taken`, async (question) => {
      const { script, reached } = point.prepare();
      const run = await startRun(harness, newId(), { script });
      await reached(run);
      expect(await ask[question](run)).toMatchObject({ settlementId: run.settlementId, status: point.status });
      await run.handle.terminate('test');
    });
  }

  test.concurrent('nothing any more: every update meets a closed run', async () => {
    for (const mint of [answers(minted), refuses('MINT_REFUSED')]) {
      const script = { ...compensating, cancelMint: [answers(tombstoned)], refund: [answers(refunded)], mint: [mint] };
      const run = await startRun(harness, newId(), { script });
      await run.end();
      for (const question of questions) await expect(ask[question](run)).rejects.toThrow(WorkflowNotFoundError);
    }
  });
});

describe("an operator's word", () => {
  const unclear: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'refund'],
    ['an empty object', {}],
    ['an unknown action', { ...word, action: 'mint' }],
    ['an inherited action', { ...word, action: 'constructor' }],
    ['nobody', { ...word, by: '' }],
    ['no name', { action: 'refund', evidence: 'ticket 17' }],
    ['no evidence', { ...word, evidence: '' }],
    ['evidence that is no text', { ...word, evidence: { ticket: 17 } }],
  ];

  test.concurrent('that is unclear is refused as such, and nothing moves', async () => {
    const run = await startRun(harness, newId(), { script: vanished });
    await calledOperator(run);
    const before = { record: await run.record(), events: await countEvents(run) };
    const codes: Record<string, unknown> = {};
    for (const [what, given] of unclear) {
      codes[what] = (await refusalOf(() => run.handle.executeUpdate(resolveUpdate, { args: [given] }))).code;
    }
    expect(codes).toEqual(Object.fromEntries(unclear.map(([what]) => [what, 'BAD_REQUEST'])));
    expect({ record: await run.record(), events: await countEvents(run) }).toEqual(before);
    expect(run.performance.steps).toEqual(['burn', 'mint']);
    await run.handle.terminate('test');
  });

  test.concurrent('is handed to the reversal whole, and is kept in the history', async () => {
    const run = await startRun(harness, newId(), {
      script: {
        ...vanished,
        reverseMint: [answers(reversed)],
        cancelMint: [answers(tombstoned)],
        refund: [answers(refunded)],
      },
    });
    await calledOperator(run);
    await run.resolve(word);
    await run.end();
    const [request] = run.performance.requests('reverseMint');
    expect(request).toMatchObject({ attempt: 0, by: 'olga', evidence: 'ticket 17' });
    const { events } = await run.handle.fetchHistory();
    const accepted = events?.find((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
    const payload =
      accepted?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args?.payloads?.[0];
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toEqual(word);
  });
});

describe('an update that is said twice', () => {
  test.concurrent('under one request id is one update', async () => {
    const cancelMint = held(answers(tombstoned));
    const script = {
      ...compensating,
      mint: [refuses('MINT_REFUSED'), answers(minted)],
      cancelMint: [cancelMint.behaviour],
    };
    const run = await startRun(harness, newId(), { script });
    await cancelMint.entered;
    const say = () => run.handle.executeUpdate('retry', { updateId: 'request-1' });
    expect(await Promise.all([say(), say()])).toHaveLength(2);
    expect((await run.end()).record?.status).toBe('COMPLETED');
    const { events } = await run.handle.fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(1);
  });

  test.concurrent('as a cancel is a cancel', async () => {
    const burn = held(answers(burned()), 'goesOn');
    const script = { burn: [burn.behaviour], cancelMint: [answers(tombstoned)], refund: [answers(refunded)] };
    const run = await startRun(harness, newId(), { script });
    await burn.entered;
    await run.update('cancel');
    await run.update('cancel');
    await burn.cancelHeard;
    burn.release();
    expect((await run.end()).record).toMatchObject({ status: 'FAILED', errorCode: 'CANCELLED', compensated: true });
  });

  test.concurrent('and that nobody defined is refused, and does no harm', async () => {
    const mint = held(answers(minted));
    const run = await startRun(harness, newId(), { script: { burn: [answers(burned())], mint: [mint.behaviour] } });
    await mint.entered;
    await expect(run.handle.executeUpdate('payTheOperator')).rejects.toThrow(WorkflowUpdateFailedError);
    mint.release();
    expect((await run.end()).record?.status).toBe('COMPLETED');
  });
});

async function refusalOf(update: () => Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await update();
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
    return { code: error.cause.type, message: error.cause.message };
  }
  throw new Error('the update was taken');
}

/**
 * Without workflow tasks: where an activity's heartbeat falls into the task that refuses an update the server keeps that empty
 * task. Nothing of the update is ever written.
 */
async function countLastingEvents(run: SettlementRun): Promise<number> {
  const { events } = await run.handle.fetchHistory();
  const isTask = (event: object): boolean => Object.keys(event).some((field) => field.startsWith('workflowTask'));
  return (events ?? []).filter((event) => !isTask(event)).length;
}

async function countEvents(run: SettlementRun): Promise<number> {
  return (await run.handle.fetchHistory()).events?.length ?? 0;
}
