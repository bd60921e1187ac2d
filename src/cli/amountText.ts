import type { Config } from '../config';
import { formatAmount } from '../domain/money';
import type { SettlementRecord } from '../domain/record';

/** A record's amount in whole tokens where the configuration knows the token, else in base units. */
export function amountText(config: Config, record: SettlementRecord): string {
  const token = config.chains
    .find(({ name }) => name === record.sourceChain)
    ?.tokens.find(({ address }) => address === record.token);
  return token
    ? `${formatAmount(BigInt(record.amount), token.decimals)} ${token.symbol}`
    : `${record.amount} base units`;
}
