import { WorkflowIdReusePolicy } from '@temporalio/client';
import { withBenchStack } from './benchStack.mjs';
import { createSigner } from './orders.mjs';
import { fingerprintMemo, fingerprintOf, parseOrder, workflowType } from './project.mjs';
import { verifyInLedger, verifyOnChains } from './verify.mjs';
import { within } from './within.mjs';

const limitMs = 10 * 60_000;

/**
 * How long one holder's settlements take while another floods the queue: with a fairness key for each holder, as the client starts them, and
 * without any. In turns, on the same server.
 *
 * @param {{ rounds: number, flood: number, workers: number }} options `flood`: settlements that are started at once
 * @param {{ say: (line: string) => void, signal: AbortSignal }} context
 * @returns {Promise<{ with: readonly number[], without: readonly number[] }>} milliseconds of each of the small holder's
 */
export async function measureFairness({ rounds, flood, workers }, { say, signal }) {
  return withBenchStack({ say, signal, workers }, async (bench) => {
    const completed = [];
    const sign = createSigner(bench);
    const taken = { with: [], without: [] };
    for (let round = 1; round <= rounds; round++) {
      for (const mode of ['with', 'without']) {
        const seen = await underFlood(bench, { mode, flood, sign, completed });
        taken[mode].push(...seen);
        const most = (Math.max(...seen) / 1000).toFixed(1);
        say(`round ${round}/${rounds}, ${mode} keys: ${seen.length} of the small holder, the longest ${most} s`);
      }
    }
    await verifyInLedger(bench, completed, say);
    await verifyOnChains(bench, completed, say);
    return taken;
  });
}

async function underFlood(bench, { mode, flood, sign, completed }) {
  const settle = (signed, fairnessKey) => {
    const started = start(bench, signed, mode === 'with' ? fairnessKey : undefined);
    const ended = started.then(async (handle) => {
      const { status } = await within(handle.result(), limitMs, signed.order.settlementId);
      if (status !== 'COMPLETED') throw new Error(`${signed.order.settlementId} ended ${status}`);
      completed.push(signed.order.settlementId);
    });
    return { started, ended };
  };
  const many = await sign(flood, 'f');
  const few = await sign(flood, 'p'); // more than there is time for
  const state = { isOver: false };
  const flooding = startAll(many, (signed) => settle(signed, 'the flood')).finally(() => (state.isOver = true));
  const seen = [];
  for (const signed of few) {
    if (state.isOver) break;
    const at = performance.now();
    await settle(signed, 'the small holder').ended;
    seen.push(performance.now() - at);
  }
  await flooding;
  return seen;
}

/** As fast as the server takes them, and not all in one moment: a client that chokes on its own requests is nobody's neighbour. */
async function startAll(many, settle) {
  const startedAtOnce = 20;
  const ends = [];
  let next = 0;
  const keepStarting = async () => {
    while (next < many.length) {
      const { started, ended } = settle(many[next++]);
      ends.push(ended);
      await started;
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, keepStarting));
  await Promise.all(ends);
}

function start({ temporal, config }, { order, signature }, fairnessKey) {
  return temporal.workflow.start(workflowType, {
    workflowId: order.settlementId,
    taskQueue: config.temporal.taskQueue,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    args: [order, signature],
    memo: { [fingerprintMemo]: fingerprintOf(parseOrder(order), config.chains[0].gateway) },
    ...(fairnessKey === undefined ? {} : { priority: { fairnessKey } }),
  });
}
