import type { PendingActivity, Progress } from '../../client/progress/progress';
import { errorCatalog } from '../../domain/errorCodes';

/** What keeps a settlement waiting: who does not answer, what is tried again, and whether somebody has to do something. */
export function troubleLines(progress: Progress, again: (pending: PendingActivity) => string): readonly string[] {
  const { record, run, pending, silent } = progress;
  const code = record.errorCode;
  const call = `needs an operator: ${code === null ? '' : `${code}: `}${record.errorMessage ?? 'see its history'}`;
  return [
    ...(record.needsOperator && run !== 'lost'
      ? [call, ...(code === null ? [] : [`  ${errorCatalog[code].nextStep}`])]
      : []),
    ...(run === 'lost'
      ? [
          `needs an operator: its run was cut off; the reconciliation takes it up, or 'settle retry ${record.settlementId}' does`,
        ]
      : []),
    ...pending.filter(({ attempt }) => attempt > 1).map((one) => `${pendingText(one)}, ${again(one)}`),
    ...silent.map(({ who, why }) => `${who} does not answer, asked again until it does: ${why}`),
  ];
}

function pendingText({ activity, attempt, lastFailure }: PendingActivity): string {
  const last = lastFailure === null ? '' : `, last ${lastFailure.code}: ${lastFailure.message}`;
  return `${activity}: execution ${attempt}${last}`;
}
