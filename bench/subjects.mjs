// What is measured. A subject prepares its items ahead, which is not timed, and runs one from its start to its end.
import { WorkflowIdReusePolicy } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { fingerprintMemo, fingerprintOf, parseOrder, workflowType } from './project.mjs';
import { within } from './within.mjs';

const limitMs = 180_000;
const statusKey = defineSearchAttributeKey('SettlementStatus', SearchAttributeType.KEYWORD);

/** A bare workflow with two empty activities. */
export function floorSubject({ temporal, runId, floorQueue }) {
  let made = 0;
  return {
    name: 'floor',
    prepare: async (count) => Array.from({ length: count }, () => `bench-floor:${runId}-${made++}`),
    run: (workflowId) =>
      within(temporal.workflow.execute('floorWorkflow', { workflowId, taskQueue: floorQueue }), limitMs, workflowId),
  };
}

/** A settlement as an integrator submits it: the client's own start with all its checks, then the client's wait. */
export function settlementSubject({ client }, sign, completed) {
  const startMs = [];
  return {
    name: 'settlements',
    /** How long each `start` took of late; taken by whoever asks. */
    takeStartMs: () => startMs.splice(0),
    prepare: (count) => sign(count, 's'),
    async run(signed) {
      const { settlementId } = signed.order;
      const at = performance.now();
      await within(client.start(signed), limitMs, `the start of ${settlementId}`);
      startMs.push(performance.now() - at);
      requireCompleted(await within(client.result(settlementId), limitMs, settlementId));
      completed.push(settlementId);
    },
  };
}

/** The same settlement with no check before it and no record read after it: what is left is the workflow. */
export function leanSubject({ temporal, config }, sign, completed) {
  const [source] = config.chains;
  async function settle({ order, signature }) {
    const handle = await temporal.workflow.start(workflowType, {
      workflowId: order.settlementId,
      taskQueue: config.temporal.taskQueue,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      args: [order, signature],
      memo: { [fingerprintMemo]: fingerprintOf(parseOrder(order), source.gateway) },
      // Without it the workflow would upsert what the client gives at the start, and the lean start would cost more.
      typedSearchAttributes: [{ key: statusKey, value: 'PROCESSING' }],
    });
    return handle.result();
  }
  return {
    name: 'lean',
    prepare: (count) => sign(count, 'l'),
    async run(signed) {
      const { settlementId } = signed.order;
      requireCompleted(await within(settle(signed), limitMs, settlementId));
      completed.push(settlementId);
    },
  };
}

function requireCompleted({ settlementId, status, errorCode, errorMessage }) {
  if (status === 'COMPLETED') return;
  throw new Error(`${settlementId} ended ${status} (${errorCode}: ${errorMessage}); only COMPLETED counts`);
}
