import { CancellationScope, patched, proxyActivities } from '@temporalio/workflow';
import type { Alert, AlertActivities } from '../domain/alert';
import type { ErrorCode } from '../domain/errorCodes';
import type { SettlementRecord } from '../domain/record';
import { alertOptions, alertOverOptions } from './activityOptions';

const { alert } = proxyActivities<AlertActivities>(alertOptions);
const { alert: alertOver } = proxyActivities<AlertActivities>(alertOverOptions);

/** Calls whoever is on call for one settlement, once for each reason, and tells them when it is over. The saga waits for neither. */
export class Pager {
  private readonly told = new Set<ErrorCode>();
  private calls = new CancellationScope();
  private underWay: Promise<unknown>[] = [];

  call(record: SettlementRecord, code: ErrorCode, message: string): void {
    // Histories from before there were alerts have none.
    if (this.told.has(code) || !patched('alert-operator')) return;
    this.told.add(code);
    const summary = `${record.settlementId} needs an operator: ${code}`;
    const said = alertOf(record, { action: 'trigger', code, summary, details: { message } });
    this.follow(this.calls.run(() => alert(said)));
  }

  over(record: SettlementRecord): void {
    const [code] = [...this.told].slice(-1);
    if (code === undefined) return;
    this.told.clear();
    this.calls.cancel();
    this.calls = new CancellationScope();
    const summary = `${record.settlementId} needs no operator any more: ${record.status}`;
    const said = alertOf(record, { action: 'resolve', code, summary, details: {} });
    // Only after every call has ended: one that came later would open the incident again.
    const before = this.underWay;
    this.underWay = [];
    this.follow(Promise.all(before).then(() => alertOver(said)));
  }

  /** Resolves when nothing is left to tell. A receiver that is away keeps a settlement that is over from ending for a minute. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Told or not: ledger, search attribute and log say it too. */
  private follow(telling: Promise<unknown>): void {
    this.underWay.push(telling.catch(() => undefined));
  }
}

function alertOf(
  { settlementId, status, sourceChain, destinationChain, amount, attempt }: SettlementRecord,
  said: Pick<Alert, 'action' | 'code' | 'summary' | 'details'>,
): Alert {
  const details = { status, sourceChain, destinationChain, amountBaseUnits: amount, attempt: String(attempt) };
  return {
    ...said,
    key: `settlement/${settlementId}`,
    severity: 'critical',
    component: settlementId,
    details: { ...details, ...said.details },
  };
}
