import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { ReconciledPage, ReconciliationActivities, ReconciliationReport } from '../domain/reconciliation';
import { reconcileOptions } from './activityOptions';

const activities = proxyActivities<ReconciliationActivities>(reconcileOptions);

/** Chains first: what they show is entered in the ledger already, never the other way about. */
const looks = ['reconcileChain', 'reconcileRows', 'reconcileKeys', 'adoptOrphans'] as const;

/** Each adds some 6 events: a history stays in the hundreds, whatever there is to look at. */
const mostPages = 100;
const mostFindings = 100;

/** Where a run goes on that another began. */
export interface ReconciliationState {
  readonly look: number;
  readonly after: string | null;
  readonly report: ReconciliationReport;
}

const atStart: ReconciliationState = {
  look: 0,
  after: null,
  report: {
    looked: { reconcileChain: 0, reconcileRows: 0, reconcileKeys: 0, adoptOrphans: 0 },
    adopted: 0,
    findingCount: 0,
    findings: [],
  },
};

/**
 * Holds chains, ledger and Temporal against each other, page by page, from where the last one stopped: what contradicts itself is told
 * and its route paused by the activities, and settlements that lost their run are taken up again.
 */
export async function reconciliationWorkflow(state: ReconciliationState = atStart): Promise<ReconciliationReport> {
  let { look, after, report } = state;
  for (let pages = 0; look < looks.length; pages += 1) {
    if (pages === mostPages) return continueAsNew<typeof reconciliationWorkflow>({ look, after, report });
    const name = looks[look] as (typeof looks)[number];
    const page = await activities[name]({ after });
    report = add(report, name, page);
    after = page.next;
    if (after === null) look += 1;
  }
  return report;
}

function add(report: ReconciliationReport, name: keyof ReconciliationActivities, page: ReconciledPage) {
  const { looked, adopted, findings } = page;
  return {
    looked: { ...report.looked, [name]: report.looked[name] + looked },
    adopted: report.adopted + adopted.length,
    findingCount: report.findingCount + findings.length,
    findings: [...report.findings, ...findings].slice(0, mostFindings),
  };
}
