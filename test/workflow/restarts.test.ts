import { randomUUID } from 'node:crypto';
import { answers, held, refuses, type Held } from '../support/workflow/behaviours';
import { burned, minted, refunded, reversed, tombstoned } from '../support/workflow/fixtures';
import { createHarness } from '../support/workflow/harness';
import type { Script, Step } from '../support/workflow/mockActivities';
import { startRun, type SettlementRun } from '../support/workflow/settlementRun';

/** Workers come and go; a run goes on from its history on whichever is there. The activities are mocks. */

const operator = { action: 'refund', by: 'olga', evidence: 'ticket 17' } as const;
const calledOperator = (run: SettlementRun) => run.untilRecord(({ needsOperator }) => needsOperator);
const undoing: Script = { cancelMint: [answers(tombstoned)], refund: [answers(refunded)] };
const inMiddleOf = <R>(gate: Held<R>, value: R) => [gate.behaviour, answers(value)];

interface Restart {
  readonly during: string;
  readonly prepare: () => { script: Script; reached: (run: SettlementRun) => Promise<unknown> };
  readonly afterwards?: (run: SettlementRun) => Promise<unknown>;
  readonly steps: readonly Step[];
  readonly status: string;
}

const restarts: readonly Restart[] = [
  {
    during: 'the burn',
    prepare: () => {
      const gate = held(answers(burned()));
      return { script: { burn: inMiddleOf(gate, burned()), mint: [answers(minted)] }, reached: () => gate.entered };
    },
    steps: ['burn', 'burn', 'mint'],
    status: 'COMPLETED',
  },
  {
    during: 'the mint',
    prepare: () => {
      const gate = held(answers(minted));
      return { script: { burn: [answers(burned())], mint: inMiddleOf(gate, minted) }, reached: () => gate.entered };
    },
    steps: ['burn', 'mint', 'mint'],
    status: 'COMPLETED',
  },
  {
    during: 'the tombstone',
    prepare: () => {
      const gate = held(answers(tombstoned));
      const script = { burn: [answers(burned())], mint: [refuses('MINT_REFUSED')], refund: [answers(refunded)] };
      return { script: { ...script, cancelMint: inMiddleOf(gate, tombstoned) }, reached: () => gate.entered };
    },
    steps: ['burn', 'mint', 'cancelMint', 'cancelMint', 'refund'],
    status: 'FAILED',
  },
  {
    during: 'the refund',
    prepare: () => {
      const gate = held(answers(refunded));
      const script = { burn: [answers(burned())], mint: [refuses('MINT_REFUSED')], cancelMint: [answers(tombstoned)] };
      return { script: { ...script, refund: inMiddleOf(gate, refunded) }, reached: () => gate.entered };
    },
    steps: ['burn', 'mint', 'cancelMint', 'refund', 'refund'],
    status: 'FAILED',
  },
  {
    during: "the wait for an operator's word on a refund",
    prepare: () => ({
      script: {
        ...undoing,
        burn: [answers(burned())],
        mint: [refuses('MINT_REFUSED')],
        refund: [refuses('REFUND_REFUSED'), answers(refunded)],
      },
      reached: calledOperator,
    }),
    afterwards: (run) => run.resolve(operator),
    steps: ['burn', 'mint', 'cancelMint', 'refund', 'refund'],
    status: 'FAILED',
  },
  {
    during: "the wait for an operator's word on a mint without a burn",
    prepare: () => ({
      script: {
        ...undoing,
        burn: [answers(burned())],
        mint: [refuses('BURN_VANISHED')],
        reverseMint: [answers(reversed)],
      },
      reached: calledOperator,
    }),
    afterwards: (run) => run.resolve(operator),
    steps: ['burn', 'mint', 'reverseMint', 'cancelMint', 'refund'],
    status: 'FAILED',
  },
];

describe('the worker is replaced by another during', () => {
  test.concurrent.each(restarts)('$during', async ({ prepare, afterwards, steps, status }) => {
    const harness = await createHarness({ withWorker: false });
    try {
      const first = await harness.startWorker();
      const { script, reached } = prepare();
      const run = await startRun(harness, `restart-${randomUUID().slice(0, 12)}`, { script });
      await reached(run);
      await first.stop();
      await harness.startWorker();
      await afterwards?.(run);
      const { record } = await run.end();
      expect(record?.status).toBe(status);
      expect(run.performance.steps).toEqual(steps);
    } finally {
      await harness.close();
    }
  });

  test.concurrent('everything: a settlement started and cancelled while there was none ends clean', async () => {
    const harness = await createHarness({ withWorker: false });
    try {
      const script: Script = { ...undoing, burn: [refuses('CANCELLED')] };
      const run = await startRun(harness, `restart-${randomUUID().slice(0, 12)}`, { script });
      await run.handle.cancel();
      await harness.startWorker();
      expect((await run.end()).record).toMatchObject({ status: 'FAILED', errorCode: 'CANCELLED', compensated: false });
      // Not even a cancel before the first step ends it without the burn's own word that nothing stands.
      expect(run.performance.steps).toEqual(['burn']);
      expect(run.performance.requests('burn')[0]).toMatchObject({ withhold: true });
    } finally {
      await harness.close();
    }
  });
});
