import type { MetricMeter } from '@temporalio/common';
import type { ReconciledPage } from '../domain/reconciliation';

/** What reconciliations found, on the worker that looked. */
export interface ReconciliationMetrics {
  page(page: ReconciledPage): void;
  /** By how much a token's supply differs from what its logs make it; 0 as long as all is well. */
  supplyDrift(chain: string, token: string, baseUnits: bigint): void;
}

export function createReconciliationMetrics(meter: MetricMeter): ReconciliationMetrics {
  const findings = meter.createCounter('settlement_reconciliation_findings', undefined, 'what must not be, by kind');
  const adopted = meter.createCounter('settlement_reconciliation_adopted', undefined, 'lost runs taken up');
  const looked = meter.createCounter('settlement_reconciliation_looked', undefined, 'things looked at');
  const drift = meter.createGauge('settlement_supply_drift', 'float', undefined, 'base units no log explains');
  return {
    page(page) {
      looked.add(page.looked);
      adopted.add(page.adopted.length);
      for (const { kind } of page.findings) findings.add(1, { kind });
    },
    supplyDrift: (chain, token, baseUnits) => drift.set(Math.abs(Number(baseUnits)), { chain, token }),
  };
}
