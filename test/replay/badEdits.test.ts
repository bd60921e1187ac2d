import { buildEditedBundle, type Edit } from '../support/workflow/editedBundle';
import { findReplayFailures, readHistories } from '../support/workflow/replay';

/** The gate itself is tested: edits that would break runs under way are caught by it, and harmless ones are let through. */

const histories = readHistories();

interface EditCase {
  readonly what: string;
  readonly edits: readonly Edit[];
  /** One of the histories that cannot be followed any more. */
  readonly breaks: string;
}

const bad: readonly EditCase[] = [
  {
    what: 'the undos in another order',
    edits: [{ file: 'saga.ts', from: 'this.compensations.unshift({', to: 'this.compensations.push({' }],
    breaks: 'mint-refused',
  },
  {
    what: 'one more activity',
    edits: [
      {
        file: 'settlementWorkflow.ts',
        from: "settlement.advance('MINTING');",
        to: "settlement.advance('MINTING');\n  await cancelMint(attempt);",
      },
    ],
    breaks: 'completes',
  },
  {
    what: 'one more timer',
    edits: [
      {
        file: 'settlementWorkflow.ts',
        from: "settlement.advance('BURNING');",
        to: "settlement.advance('BURNING');\n  await sleep(10);",
      },
      {
        file: 'settlementWorkflow.ts',
        from: 'CancellationScope, workflowInfo }',
        to: 'CancellationScope, sleep, workflowInfo }',
      },
    ],
    breaks: 'burn-refused',
  },
  {
    what: 'an undo without its alarm',
    edits: [
      {
        file: 'saga.ts',
        from: 'await this.withAlarm(name, alarmAfterMs, () => this.desk.untilForward(undo))',
        to: 'await this.desk.untilForward(undo)',
      },
    ],
    breaks: 'order-expired',
  },
  {
    what: 'a step under another name',
    edits: [
      {
        file: 'steps.ts',
        from: 'mintOptions(mintWindowMs)).mint',
        to: "mintOptions(mintWindowMs))['mintTokens' as 'mint']",
      },
    ],
    breaks: 'completes',
  },
  {
    what: 'a status that is not published any more',
    edits: [
      {
        file: 'settlementWorkflow.ts',
        from: "settlement.advance('COMPENSATING');\n      settlement.publish();",
        to: "settlement.advance('COMPENSATING');",
      },
    ],
    breaks: 'mint-refused',
  },
];

const harmless: readonly Omit<EditCase, 'breaks'>[] = [
  {
    what: 'a comment, a log line, other words and other limits of the same commands',
    edits: [
      {
        file: 'settlementWorkflow.ts',
        from: "settlement.advance('MINTING');",
        to: "// a comment\n  settlement.advance('MINTING');\n  log.info('minting', { attempt: attempt.attempt });",
      },
      {
        file: 'settlementWorkflow.ts',
        from: 'CancellationScope, workflowInfo }',
        to: 'CancellationScope, log, workflowInfo }',
      },
      { file: 'activityOptions.ts', from: "'3m', heartbeatTimeout: '60s'", to: "'3m', heartbeatTimeout: '90s'" },
      { file: 'activityOptions.ts', from: 'undo: give the holder the tokens back', to: 'undo: refund' },
    ],
  },
];

test.each(bad)('caught: $what', async ({ edits, breaks }) => {
  const failures = await findReplayFailures({ code: await buildEditedBundle(edits) }, histories);
  expect(failures.map(({ name }) => name)).toContain(breaks);
  expect(failures.filter(({ kind }) => kind !== 'determinism')).toEqual([]);
});

test.each(harmless)('let through: $what', async ({ edits }) => {
  expect(await findReplayFailures({ code: await buildEditedBundle(edits) }, histories)).toEqual([]);
});

test('an edit that found nothing to change is no test of the gate', async () => {
  const lost = { file: 'saga.ts', from: 'this stands nowhere', to: '' };
  await expect(buildEditedBundle([lost])).rejects.toThrow('stands there 0 times');
});
