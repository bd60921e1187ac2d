import type { MetricMeter } from '@temporalio/common';

/** What a lane says of itself. */
export interface LaneMetrics {
  /** Operations that wait for the next transaction. */
  waiting(count: number): void;
  /** One transaction was journaled, with so many operations; the one that came first waited so long for it. */
  journaled(operations: number, waitedMs: number, maxFeePerGasWei: bigint): void;
  /** Journaled and not final; of these, in no block. */
  inFlight(transactions: number, missing: number): void;
  held(isHeld: boolean): void;
  replaced(): void;
  stuckAtFeeCap(): void;
}

/** The metrics of one signer on one chain. */
export function createLaneMetrics(meter: MetricMeter, chain: string, signer: string): LaneMetrics {
  const lane = meter.withTags({ chain, signer });
  const waiting = lane.createGauge(
    'settlement_lane_waiting',
    'int',
    undefined,
    'operations that wait for a transaction',
  );
  const batch = lane.createHistogram('settlement_lane_batch', 'int', undefined, 'operations in one transaction');
  const wait = lane.createHistogram(
    'settlement_lane_wait_seconds',
    'float',
    undefined,
    'from an operation to its journal entry',
  );
  const inFlight = lane.createGauge('settlement_lane_in_flight', 'int', undefined, 'transactions journaled, not final');
  const nonceLag = lane.createGauge('settlement_lane_nonce_lag', 'int', undefined, 'of these, in no block');
  const held = lane.createGauge('settlement_lane_held', 'int', undefined, '1 while this worker has its lease');
  const changes = lane.createCounter('settlement_lane_changes', undefined, 'leases taken, and given back or lost');
  const replaced = lane.createCounter(
    'settlement_lane_replacements',
    undefined,
    'transactions sent anew at a higher fee',
  );
  const stuck = lane.createCounter('settlement_lane_stuck', undefined, 'looks that found a transaction at the fee cap');
  const fee = lane.createGauge('settlement_lane_max_fee_gwei', 'float', undefined, 'maxFeePerGas last signed with');
  return {
    waiting: (count) => waiting.set(count),
    journaled(operations, waitedMs, maxFeePerGasWei) {
      batch.record(operations);
      wait.record(waitedMs / 1_000);
      fee.set(Number(maxFeePerGasWei) / 1e9);
    },
    inFlight(transactions, missing) {
      inFlight.set(transactions);
      nonceLag.set(missing);
    },
    held(isHeld) {
      held.set(isHeld ? 1 : 0);
      changes.add(1, { change: isHeld ? 'taken' : 'ended' });
    },
    replaced: () => replaced.add(1),
    stuckAtFeeCap: () => stuck.add(1),
  };
}
