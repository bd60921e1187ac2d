import type { MetricMeter } from '@temporalio/common';
import type { SettlementRecord } from '../domain/record';
import { isTerminal } from '../domain/status';

/** Counts the steps that this process writes to the ledger; each is written by one process, so their sum is all of them. */
export function countSteps(meter: MetricMeter): (record: SettlementRecord) => void {
  const steps = meter.createCounter('settlement_steps', undefined, 'settlements that became `status`');
  const duration = meter.createHistogram(
    'settlement_duration_seconds',
    'float',
    undefined,
    'from its creation to its end',
  );
  return ({ status, sourceChain, destinationChain, compensated, createdAt, updatedAt }) => {
    const tags = { status, source: sourceChain, destination: destinationChain, refunded: compensated };
    steps.add(1, tags);
    // The two are of two machines' clocks where a client made the record.
    if (isTerminal(status)) duration.record(Math.max(0, Date.parse(updatedAt) - Date.parse(createdAt)) / 1_000, tags);
  };
}
