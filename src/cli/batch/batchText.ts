import type { BatchStanding } from '../../client/batches/getBatch';

const barWidth = 30;

/** Whether more can still happen to a batch without anybody's doing. */
export function isUnderWay({ run, size, statuses, conflicts }: BatchStanding): boolean {
  const { COMPLETED = 0, FAILED = 0, PENDING = 0 } = statuses;
  const isMoving = COMPLETED + FAILED + PENDING + conflicts < size;
  return isMoving || (PENDING > 0 && run === 'RUNNING');
}

/** How far it is, in one line. */
export function batchLine({ size, statuses, conflicts }: BatchStanding): string {
  const { COMPLETED = 0, FAILED = 0, PENDING = 0 } = statuses;
  const done = COMPLETED + FAILED + conflicts;
  const filled = Math.floor((barWidth * done) / size);
  const bar = '#'.repeat(filled) + '.'.repeat(barWidth - filled);
  const underWay = size - done - PENDING;
  return `[${bar}] ${done} of ${size}: ${COMPLETED} completed, ${underWay} under way, ${FAILED + conflicts} failed`;
}

/** What stands of it, a line each. */
export function batchLines(standing: BatchStanding): readonly string[] {
  const { batchId, size, run, statuses, conflicts, needsOperator } = standing;
  return [
    `batch ${batchId}: ${size} settlements, ${run === null ? 'its run is forgotten' : `its run is ${run}`}`,
    ...Object.entries(statuses).map(([status, count]) => `  ${status}: ${count}`),
    ...(conflicts > 0 ? [`  refused, another order stands under the id: ${conflicts}`] : []),
    ...(needsOperator > 0 ? [`  of these need an operator: ${needsOperator}`] : []),
  ];
}
