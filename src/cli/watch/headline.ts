import type { Config } from '../../config';
import type { SettlementRecord } from '../../domain/record';
import { amountText } from '../amountText';
import { short } from './short';

/** What moves where, in one line. */
export function headline(config: Config, record: SettlementRecord): string {
  const { settlementId, sourceChain, destinationChain, holder, recipient, attempt } = record;
  const which = attempt === 0 ? '' : `  attempt ${attempt}`;
  return `${settlementId}  ${amountText(config, record)}  ${sourceChain} to ${destinationChain}  ${short(holder)} to ${short(recipient)}${which}`;
}
