import { setTimeout as pause } from 'node:timers/promises';
import type { ApiContext } from '../apiContext';
import { readinessSchema } from '../schemas';
import type { Route } from '../route';

const answerWithinMs = 2_000;

/** For who sends requests here or elsewhere. It says which part is away, and nothing of where that is. */
export const readyz: Route = {
  method: 'GET',
  path: '/readyz',
  operationId: 'readyz',
  scope: null,
  summary: 'Whether what it needs answers too: the ledger and Temporal.',
  answers: {
    200: { description: 'All of it does.', schema: readinessSchema },
    503: { description: 'Not all of it.', schema: readinessSchema },
  },
  errors: [],
  async handle(context) {
    const [ledger, temporal] = await Promise.all([answers(askLedger(context)), answers(askTemporal(context))]);
    const ready = ledger && temporal;
    return { status: ready ? 200 : 503, body: { ready, ledger, temporal } };
  },
};

function askLedger({ ledger }: ApiContext): Promise<unknown> {
  return ledger.readEpoch();
}

function askTemporal({ client: { client }, underWay }: ApiContext): Promise<unknown> {
  const { namespace } = client.options;
  const deadline = Date.now() + answerWithinMs;
  return underWay.track(client.withDeadline(deadline, () => client.workflowService.describeNamespace({ namespace })));
}

/** In time, too: a call to what is away can take longer than its own deadline to say so. */
async function answers(asked: Promise<unknown>): Promise<boolean> {
  const did = asked.then(
    () => true,
    () => false,
  );
  const late = new AbortController();
  const isLate = pause(answerWithinMs, false, { signal: late.signal }).catch(() => false);
  const first = await Promise.race([did, isLate]);
  late.abort();
  return first;
}
