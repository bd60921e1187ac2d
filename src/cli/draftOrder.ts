import type { ChainConfig, Config } from '../config';
import { PermanentError } from '../domain/errors';
import { parseAmount } from '../domain/money';
import { orderToJson, type SettlementOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { parseSettlementId } from '../domain/settlementId';
import { addressOf, type NamedAccount } from './readAccounts';

/** An order as a person says it: names of chains and accounts, whole tokens, a time from now. */
export interface OrderWords {
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly amount?: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly token?: string;
  readonly validBefore?: string;
  readonly validFor: string;
  readonly maxAttempts: string;
}

interface Draft {
  readonly order: SettlementOrder;
  readonly source: ChainConfig;
}

const required = ['id', 'from', 'to', 'amount', 'holder', 'recipient'] as const;

/** What was asked for, as an order: all of it is checked before anybody is asked anything, and before a key is read. */
export function draftOrder(config: Config, accounts: readonly NamedAccount[], options: OrderWords): Draft {
  const missing = required.filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    throw new PermanentError('USAGE', `missing ${missing.map((name) => `--${name}`).join(', ')}`);
  }
  const given = options as OrderWords & Required<Pick<OrderWords, (typeof required)[number]>>;
  const settlementId = parseSettlementId(given.id);
  const source = chainNamed(config, given.from);
  const destination = chainNamed(config, given.to);
  const [token, destinationToken] = [tokenOf(source, given.token), tokenOf(destination, given.token)];
  const draft: SettlementOrder = {
    settlementId,
    holder: addressOf(given.holder, accounts, 'holder'),
    recipient: addressOf(given.recipient, accounts, 'recipient'),
    token: token.address,
    destinationToken: destinationToken.address,
    destinationGateway: destination.gateway,
    amount: parseAmount(given.amount, token.decimals),
    sourceChainId: BigInt(source.chainId),
    destinationChainId: BigInt(destination.chainId),
    validBefore: BigInt(deadlineOf(given)),
    maxAttempts: Number(given.maxAttempts),
  };
  return { order: parseOrder(orderToJson(draft)), source };
}

function deadlineOf({ validBefore, validFor }: OrderWords): number {
  const seconds = validBefore === undefined ? Math.floor(Date.now() / 1000) + Number(validFor) : Number(validBefore);
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new PermanentError('DEADLINE_INVALID', `${validBefore ?? validFor} is not a whole number of seconds`);
}

function chainNamed(config: Config, name: string): ChainConfig {
  const chain = config.chains.find((candidate) => candidate.name === name);
  if (chain) return chain;
  throw new PermanentError(
    'UNKNOWN_CHAIN',
    `no chain ${name}; known: ${config.chains.map((known) => known.name).join(', ')}`,
  );
}

function tokenOf(chain: ChainConfig, symbol: string | undefined) {
  const token = symbol === undefined ? chain.tokens[0] : chain.tokens.find((candidate) => candidate.symbol === symbol);
  if (token) return token;
  throw new PermanentError('UNKNOWN_TOKEN', `no token ${symbol ?? ''} on ${chain.name}`);
}
