import type { ClientContext } from '../client/context';
import type { Alert } from '../domain/alert';
import type { Ledger } from '../ledger/createLedger';
import type { ChainKey } from '../ledger/retireKeys';
import type { ReconciliationMetrics } from './reconciliationMetrics';

/** What a reconciliation works with. It holds no key and sends no transaction. */
export interface ReconciliationContext extends ClientContext {
  readonly ledger: Ledger;
  /** Every key that this deployment's lanes sign with. */
  readonly keys: readonly ChainKey[];
  readonly sendAlert: (alert: Alert) => Promise<void>;
  readonly metrics: ReconciliationMetrics;
}
