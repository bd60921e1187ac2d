import type { Progress } from './progress';

/** Settled, failed or refunded, and no run is about to change it: a retry begins while the ledger still says FAILED. */
export function isOver({ record, run }: Pick<Progress, 'record' | 'run'>): boolean {
  if (record.status === 'COMPLETED') return true;
  return record.status === 'FAILED' && run !== 'running' && run !== 'unknown';
}
