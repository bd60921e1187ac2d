import { randomUUID } from 'node:crypto';
import { reconciliationWorkflowType } from '../../src/domain/messages';
import type { Finding, ReconciledPage, ReconciliationReport } from '../../src/domain/reconciliation';
import { createHarness } from '../support/workflow/harness';

/** The reconciliation's own loop, on a real Temporal server. Its looks are mocks: what they see is the integration tests'. */

const finding = (n: number): Finding => ({
  kind: 'rowAndSlots',
  settlementId: `s-${n}`,
  route: null,
  chain: null,
  what: 'a test',
});

test('goes through page after page of every look, in one bounded history after the other', async () => {
  const pages = 120;
  const asked: string[] = [];
  const look =
    (name: string, count: number) =>
    async ({ after }: { readonly after: string | null }): Promise<ReconciledPage> => {
      asked.push(name);
      const n = Number(after ?? 0) + 1;
      return { findings: [finding(n)], looked: 2, adopted: [`a-${n}`], next: n < count ? String(n) : null };
    };
  const harness = await createHarness({
    worker: {
      activities: {
        reconcileChain: look('chain', pages),
        reconcileRows: look('rows', pages),
        reconcileKeys: look('keys', 1),
        adoptOrphans: look('orphans', 3),
      },
    },
  });
  const workflowId = `settlement:reconciliation:${randomUUID()}`;
  const handle = await harness.client.workflow.start(reconciliationWorkflowType, {
    workflowId,
    taskQueue: harness.taskQueue,
    workflowExecutionTimeout: '2m',
  });
  const report = (await handle.result()) as ReconciliationReport;
  const total = 2 * pages + 4;
  expect(report.looked).toEqual({
    reconcileChain: 2 * pages,
    reconcileRows: 2 * pages,
    reconcileKeys: 2,
    adoptOrphans: 6,
  });
  expect(report).toMatchObject({ adopted: total, findingCount: total });
  expect(report.findings).toHaveLength(100);
  expect(asked).toEqual([
    ...Array.from({ length: pages }, () => 'chain'),
    ...Array.from({ length: pages }, () => 'rows'),
    ...['keys', 'orphans', 'orphans', 'orphans'],
  ]);
  // Three runs, the first two of which went on as new.
  const first = await harness.client.workflow.getHandle(workflowId, handle.firstExecutionRunId).fetchHistory();
  expect(first.events?.length).toBeLessThan(700);
  expect(first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  await harness.close();
}, 120_000);
