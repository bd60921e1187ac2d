import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { cancelSettlement } from '../../src/client/cancelSettlement';
import { chainsOf, type ClientContext } from '../../src/client/context';
import { awaitSettlement } from '../../src/client/awaitSettlement';
import { getSettlement } from '../../src/client/getSettlement';
import { resolveSettlement } from '../../src/client/resolveSettlement';
import { retrySettlement } from '../../src/client/retrySettlement';
import { openRun } from '../../src/client/openRun';
import { startSettlement } from '../../src/client/startSettlement';
import { fingerprintOf } from '../../src/domain/fingerprint';
import { workflowType, type SettlementRequest } from '../../src/domain/messages';
import { parseOrder } from '../../src/domain/parseOrder';
import type { SettlementStatus } from '../../src/domain/status';
import type { LedgerSettlement } from '../../src/ledger/ledger';
import { answers, held, refuses, type Held } from '../support/workflow/behaviours';
import { createClientContext, signedOrderFor } from '../support/workflow/clientContext';
import { burned, minted, orderFor, refunded, signature, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import type { Script } from '../support/workflow/mockActivities';
import { pollUntil } from '../support/workflow/settlementRun';

/**
 * One settlement id, any number of starts: the same order gets the same answer, another order a conflict, and only a retry opens
 * the next run. Activities are mocks and the client's chains are fakes; Temporal and the client functions are real.
 */

let harness: Harness;
let context: ClientContext;
beforeAll(async () => {
  harness = await createHarness();
  context = createClientContext(harness);
});
afterAll(() => harness.close());

const newId = (): string => `start-${randomUUID().slice(0, 12)}`;
const word = { action: 'refund', by: 'olga', evidence: 'ticket 17' } as const;

/** A settlement that a test has in one state, whose order it can say again. */
interface Standing {
  readonly state: string;
  readonly prepare: () => { script: Script; mint?: Held<unknown> };
  readonly closes: boolean;
}

const standings: readonly Standing[] = [
  {
    state: 'while it runs',
    closes: false,
    prepare: () => {
      const mint = held(answers(minted));
      return { script: { burn: [answers(burned())], mint: [mint.behaviour] }, mint };
    },
  },
  {
    state: 'after it completed',
    closes: true,
    prepare: () => ({ script: { burn: [answers(burned())], mint: [answers(minted)] } }),
  },
  { state: 'after it failed', closes: true, prepare: () => ({ script: { burn: [refuses('INSUFFICIENT_FUNDS')] } }) },
];

describe('starting again', () => {
  test.concurrent.each(standings)('the same order $state: the standing answer, no second run', async (standing) => {
    const id = newId();
    const { script, mint } = standing.prepare();
    const performance = harness.mocks.script(id, script);
    const signed = await signedOrderFor(context, id);

    const first = await startSettlement(context, signed);
    expect(first.created).toBe(true);
    if (standing.closes) await awaitSettlement(context, id);
    else await mint?.entered;
    const stands = await getSettlement(context, id);

    const again = await Promise.all([startSettlement(context, signed), startSettlement(context, signed)]);
    for (const answer of again) expect(answer).toEqual({ record: stands, created: false, runId: first.runId });
    mint?.release();
    await awaitSettlement(context, id);
    expect(performance.steps.filter((step) => step === 'burn')).toHaveLength(1);
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent.each(standings)('another order under the same id $state: a conflict', async (standing) => {
    const id = newId();
    const { script, mint } = standing.prepare();
    harness.mocks.script(id, script);
    const signed = await signedOrderFor(context, id);
    await startSettlement(context, signed);
    if (standing.closes) await awaitSettlement(context, id);
    else await mint?.entered;
    const stands = await getSettlement(context, id);

    const other = await signedOrderFor(context, id, { amount: '1' });
    await expect(startSettlement(context, other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    const later = { ...signed, order: { ...signed.order, validBefore: signed.order.validBefore + 1 } };
    await expect(startSettlement(context, later)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await getSettlement(context, id)).toEqual(stands);
    mint?.release();
    await awaitSettlement(context, id);
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent('ten at once: one run, one burn, one answer', async () => {
    const id = newId();
    const mint = held(answers(minted));
    const performance = harness.mocks.script(id, { burn: [answers(burned())], mint: [mint.behaviour] });
    const signed = await signedOrderFor(context, id);

    const answersOfAll = await Promise.all(Array.from({ length: 10 }, () => startSettlement(context, signed)));
    expect(answersOfAll.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answersOfAll.map(({ runId }) => runId)).size).toBe(1);
    mint.release();
    expect(await awaitSettlement(context, id)).toMatchObject({ status: 'COMPLETED' });
    expect(performance.steps).toEqual(['burn', 'mint']);
  });

  test.concurrent.each(standings.filter(({ closes }) => closes))(
    'the same order, found free before and taken $state: the standing answer, no second run',
    async (standing) => {
      const id = newId();
      const { script } = standing.prepare();
      harness.mocks.script(id, script);
      const signed = await signedOrderFor(context, id);
      const first = await startSettlement(context, signed);
      await awaitSettlement(context, id);
      const stands = await getSettlement(context, id);

      // The part of a start that comes after its look: here the other one was there and gone in between.
      const order = parseOrder(signed.order);
      const fingerprint = fingerprintOf(order, chainsOf(context, order).source.config.gateway);
      const late = await openRun(context, {
        order,
        signature: signed.signature,
        fingerprint,
        request: { kind: 'start' },
      });
      expect(late).toEqual({ record: stands, created: false, runId: first.runId });
      expect(await countRuns(id)).toBe(1);
    },
  );

  test.concurrent('a retry that another was quicker than, and that completed: no third run', async () => {
    const id = newId();
    harness.mocks.script(id, { burn: [answers(burned())], mint: [answers(minted)] });
    const signed = await signedOrderFor(context, id);
    const first = await startSettlement(context, signed);
    await awaitSettlement(context, id);
    const order = parseOrder(signed.order);
    const fingerprint = fingerprintOf(order, chainsOf(context, order).source.config.gateway);
    const late = await openRun(context, {
      order,
      signature: signed.signature,
      fingerprint,
      request: { kind: 'retry' },
    });
    expect(late).toMatchObject({ created: false, runId: first.runId });
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent('of a raw start: the fingerprint is taken from its input', async () => {
    const id = newId();
    harness.mocks.script(id, { burn: [answers(burned())], mint: [answers(minted)] });
    const signed = await signedOrderFor(context, id);
    const { client, taskQueue } = harness;
    const raw = { taskQueue, workflowId: id, args: [signed.order, signed.signature] };
    await client.workflow.execute(workflowType, raw);

    expect(await startSettlement(context, signed)).toMatchObject({ created: false, record: { status: 'COMPLETED' } });
    const other = await signedOrderFor(context, id);
    await expect(startSettlement(context, other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  test.concurrent('of a raw start with something that is no order: a conflict, for whatever order', async () => {
    const id = newId();
    await runGarbage(id);
    const signed = await signedOrderFor(context, id);
    await expect(startSettlement(context, signed)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  test.concurrent('of a raw start with something that is no order: it is read as what it was refused for', async () => {
    const id = newId();
    await runGarbage(id);
    await expect(getSettlement(context, id)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  async function runGarbage(workflowId: string): Promise<void> {
    const { client, taskQueue } = harness;
    const raw = { taskQueue, workflowId, args: ['hello', '0x'] } as const;
    await expect(client.workflow.execute(workflowType, raw)).rejects.toThrow(WorkflowFailedError);
  }
});

describe('retrying', () => {
  test.concurrent(
    'after a failure: the next run of the same order, which tells the burn that it is a retry',
    async () => {
      const id = newId();
      const performance = harness.mocks.script(id, {
        burn: [answers(burned()), answers(burned({ attempt: 1 }))],
        mint: [refuses('MINT_REFUSED'), answers(minted)],
        cancelMint: [answers(tombstoned)],
        refund: [answers(refunded)],
      });
      const signed = await signedOrderFor(context, id);
      await startSettlement(context, signed);
      expect(await awaitSettlement(context, id)).toMatchObject({ status: 'FAILED', attempt: 0, compensated: true });

      const retried = await retrySettlement(context, id);
      expect(retried.settlementId).toBe(id);
      expect(await awaitSettlement(context, id)).toMatchObject({
        status: 'COMPLETED',
        attempt: 1,
        compensated: false,
        refundTxHash: null,
        errorCode: null,
      });
      expect(performance.requests('burn').map(({ mode }) => mode)).toEqual(['start', 'retry']);
      expect(performance.requests('burn').map(({ order }) => order)).toEqual([signed.order, signed.order]);
      expect(performance.requests('mint').map(({ attempt }) => attempt)).toEqual([0, 1]);
      expect(await countRuns(id)).toBe(2);
      expect(await startSettlement(context, signed)).toMatchObject({ created: false, record: { status: 'COMPLETED' } });
    },
  );

  test.concurrent('after the order ran out: refused, and nothing is started', async () => {
    const id = newId();
    harness.mocks.script(id, { burn: [refuses('EXPIRED')] });
    const signed = await signedOrderFor(context, id, { validBefore: Math.floor(Date.now() / 1000) - 1 });
    const { client, taskQueue } = harness;
    const raw = { taskQueue, workflowId: id, args: [signed.order, signed.signature] };
    await expect(client.workflow.execute(workflowType, raw)).rejects.toThrow(WorkflowFailedError);
    await expect(retrySettlement(context, id)).rejects.toMatchObject({ code: 'EXPIRED' });
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent('ten at once after a failure: one next run', async () => {
    const id = newId();
    const mint = held(answers(minted));
    const performance = harness.mocks.script(id, {
      burn: [refuses('INSUFFICIENT_FUNDS'), answers(burned())],
      mint: [mint.behaviour],
    });
    await startSettlement(context, await signedOrderFor(context, id));
    await awaitSettlement(context, id);

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => retrySettlement(context, id)));
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? codeOf(outcome.reason) : 'retried'));
    expect(codes).toContain('retried');
    for (const code of codes) expect(['retried', 'NOT_RETRYABLE']).toContain(code);
    mint.release();
    expect(await awaitSettlement(context, id)).toMatchObject({ status: 'COMPLETED' });
    expect(performance.steps).toEqual(['burn', 'burn', 'mint']);
    expect(await countRuns(id)).toBe(2);
  });

  test.concurrent('while it compensates: the open run goes forward, no other is started', async () => {
    const id = newId();
    const cancelMint = held(answers(tombstoned));
    harness.mocks.script(id, {
      burn: [answers(burned())],
      mint: [refuses('MINT_REFUSED'), answers(minted)],
      cancelMint: [cancelMint.behaviour],
    });
    await startSettlement(context, await signedOrderFor(context, id));
    await cancelMint.entered;
    const requestId = randomUUID();
    await Promise.all([retrySettlement(context, id, requestId), retrySettlement(context, id, requestId)]);
    expect(await awaitSettlement(context, id)).toMatchObject({ status: 'COMPLETED' });
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent('while it runs or after it completed: refused', async () => {
    const id = newId();
    const mint = held(answers(minted));
    harness.mocks.script(id, { burn: [answers(burned())], mint: [mint.behaviour] });
    await startSettlement(context, await signedOrderFor(context, id));
    await mint.entered;
    await expect(retrySettlement(context, id)).rejects.toMatchObject({ code: 'NOT_RETRYABLE' });
    mint.release();
    await awaitSettlement(context, id);
    await expect(retrySettlement(context, id)).rejects.toMatchObject({ code: 'NOT_RETRYABLE' });
    expect(await countRuns(id)).toBe(1);
  });

  test.concurrent('after an operator terminated the run: the next one adopts what it left', async () => {
    const id = newId();
    const mint = held(answers(minted));
    const performance = harness.mocks.script(id, {
      burn: [answers(burned())],
      mint: [mint.behaviour, answers(minted)],
    });
    await startSettlement(context, await signedOrderFor(context, id));
    await mint.entered;
    await harness.client.workflow.getHandle(id).terminate('test');
    const cutOff = await getSettlement(context, id);
    expect(cutOff).toMatchObject({ needsOperator: true, errorCode: 'INTERNAL' });
    // Where its end was written before it was cut off, the ledger tells it; what is not ended there is no answer.
    const withLedger = (status: SettlementStatus): ClientContext => {
      const row = { record: { ...cutOff, status, needsOperator: false, errorCode: null } };
      const find = () => Promise.resolve(row as LedgerSettlement);
      return { ...context, ledger: { find, findClaim: () => Promise.resolve(null) } };
    };
    expect(await getSettlement(withLedger('COMPLETED'), id)).toMatchObject({
      status: 'COMPLETED',
      needsOperator: false,
    });
    expect(await getSettlement(withLedger('MINTED'), id)).toMatchObject({ needsOperator: true });

    await retrySettlement(context, id);
    expect(await awaitSettlement(context, id)).toMatchObject({ status: 'COMPLETED', needsOperator: false });
    expect(performance.requests('burn').map(({ mode }) => mode)).toEqual(['start', 'retry']);
    mint.release();
  });
});

describe('what cannot be had any more', () => {
  test.concurrent('cancelling and resolving a closed settlement', async () => {
    const id = newId();
    harness.mocks.script(id, { burn: [answers(burned())], mint: [answers(minted)] });
    await startSettlement(context, await signedOrderFor(context, id));
    const ended = await awaitSettlement(context, id);
    await expect(cancelSettlement(context, id)).rejects.toMatchObject({ code: 'NOT_CANCELLABLE' });
    await expect(resolveSettlement(context, id, word)).rejects.toMatchObject({ code: 'NOT_RESOLVABLE' });
    expect(await getSettlement(context, id)).toEqual(ended);
  });

  test.concurrent('anything about an id that nobody started', async () => {
    const id = newId();
    const asked = [getSettlement, awaitSettlement, retrySettlement, cancelSettlement].map((ask) => ask(context, id));
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(resolveSettlement(context, id, word)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test.concurrent('an answer from a worker when there is none: what the server knows is told', async () => {
    const id = newId();
    const nobody = createClientContext({ client: harness.client, taskQueue: `${harness.taskQueue}-nobody` });
    const signed = await signedOrderFor(nobody, id);
    const { record: started } = await startSettlement(nobody, signed);
    const record = await getSettlement(nobody, id);
    expect(started).toEqual({ ...record, status: 'PENDING' });
    expect(record).toMatchObject({ settlementId: id, status: 'PROCESSING', amount: signed.order.amount });
    expect(record).toMatchObject({ sourceChain: 'alder', destinationChain: 'birch', needsOperator: false });
    await harness.client.workflow.getHandle(id).terminate('test');
  });
});

/** What our client relies on, said to Temporal itself. */
describe("Temporal's reuse policies", () => {
  const startRaw = async (id: string, workflowIdReusePolicy: WorkflowIdReusePolicy, request?: SettlementRequest) => {
    const { client, taskQueue } = harness;
    const args = request ? [orderFor(id), signature, request] : [orderFor(id), signature];
    const options = {
      workflowId: id,
      taskQueue,
      workflowIdReusePolicy,
      args,
    } as const;
    return client.workflow.start(workflowType, options);
  };
  const { REJECT_DUPLICATE, ALLOW_DUPLICATE_FAILED_ONLY } = WorkflowIdReusePolicy;

  test.concurrent('a start is let in once only, whatever became of it', async () => {
    for (const { prepare, closes } of standings) {
      const id = newId();
      const { script, mint } = prepare();
      harness.mocks.script(id, script);
      const handle = await startRaw(id, REJECT_DUPLICATE);
      if (closes) await handle.result().catch(() => undefined);
      await expect(startRaw(id, REJECT_DUPLICATE)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
      mint?.release();
      await handle.result().catch(() => undefined);
    }
  });

  test.concurrent('a retry is let in after a failure only', async () => {
    for (const { state, prepare, closes } of standings) {
      const id = newId();
      const { script, mint } = prepare();
      const performance = harness.mocks.script(id, script);
      const handle = await startRaw(id, REJECT_DUPLICATE);
      if (closes) await handle.result().catch(() => undefined);
      const retry = startRaw(id, ALLOW_DUPLICATE_FAILED_ONLY, { kind: 'retry' });
      if (state === 'after it failed') {
        await expect((await retry).result()).rejects.toThrow();
        expect(performance.requests('burn').map(({ mode }) => mode)).toEqual(['start', 'retry']);
      } else {
        await expect(retry).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
      }
      mint?.release();
      await handle.result().catch(() => undefined);
    }
  });
});

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}

/** Runs are counted in the visibility store, which follows a moment later. */
async function countRuns(workflowId: string): Promise<number> {
  const { workflow } = harness.client;
  const { runId: newest } = await workflow.getHandle(workflowId).describe();
  const list = async (): Promise<string[]> => {
    const runIds: string[] = [];
    for await (const { runId } of workflow.list({ query: `WorkflowId = '${workflowId}'` })) runIds.push(runId);
    return runIds;
  };
  return (await pollUntil(list, (runIds) => runIds.includes(newest))).length;
}

test('a flood of one holder waits behind itself: the holder is the fairness key of the run', async () => {
  const id = newId();
  harness.mocks.script(id, { burn: [answers(burned())], mint: [answers(minted)] });
  const signed = await signedOrderFor(context, id);
  await startSettlement(context, signed);
  const { raw } = await context.client.workflow.getHandle(id).describe();
  expect(raw.workflowExecutionInfo?.priority?.fairnessKey).toBe(signed.order.holder);
  await awaitSettlement(context, id);
});
