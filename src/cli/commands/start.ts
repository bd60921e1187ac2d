import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { signOrder } from '../../client/signOrder';
import type { ChainConfig, Config } from '../../config';
import { PermanentError } from '../../domain/errors';
import { parseAmount } from '../../domain/money';
import { orderToJson, type SettlementOrder, type SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { addressOf, holderAccount, readAccounts } from '../readAccounts';
import { exitCodeOf, withSession, type Session } from '../session';

interface StartOptions {
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
  readonly keyFile?: string;
  readonly order?: string;
  readonly wait?: boolean;
}

const required = ['id', 'from', 'to', 'amount', 'holder', 'recipient'] as const;

export function addStart(program: Command): void {
  program
    .command('start')
    .description('sign and submit a settlement; saying the same again gets the same answer')
    .option('--id <id>', 'your own idempotency key, chosen before you submit and kept')
    .option('--from <chain>', 'source chain')
    .option('--to <chain>', 'destination chain')
    .option('--amount <decimal>', 'how much, in whole tokens, for example 12.5')
    .option('--holder <account>', 'whose tokens: an address, or a name on the local stack')
    .option('--recipient <account>', 'who gets them on the destination chain')
    .option('--token <symbol>', "which token; default: the source chain's first")
    .option('--valid-for <seconds>', 'how long from now the order may be burned and minted', '3600')
    .option('--valid-before <unix>', 'the same as a point in time, in Unix seconds')
    .option('--max-attempts <n>', 'how often in all it may be tried after refunds', '3')
    .option('--key-file <file>', "the holder's private key, where the holder is no local account")
    .option('--order <file>', 'a signed order as JSON ({ "order", "signature" }) instead of all of the above')
    .option('--wait', 'stay until it is settled, failed or refunded')
    .addHelpText(
      'after',
      '\nExample:\n  settle start --id rent-2026-11 --from alder --to birch --amount 12.5 --holder alice --recipient bob --wait',
    )
    .action(async (options: StartOptions, command: Command) =>
      withSession(command, (session) => start(session, options)),
    );
}

async function start(session: Session, options: StartOptions): Promise<number> {
  const { client, config, output } = session;
  const signed = options.order === undefined ? await signFrom(session, options) : readSigned(options.order);
  const { record, created } = await client.start(signed);
  if (!created) process.stderr.write(`${record.settlementId} stands already; this is its answer\n`);
  if (!options.wait) {
    printRecord(config, record, output);
    return 0;
  }
  process.stderr.write(`waiting for ${record.settlementId} (Ctrl-C leaves it going)\n`);
  const settled = await client.result(record.settlementId);
  printRecord(config, settled, output);
  return exitCodeOf(settled);
}

async function signFrom(session: Session, options: StartOptions): Promise<SignedOrder> {
  const accounts = readAccounts(session.configPath);
  const missing = required.filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    throw new PermanentError('BAD_REQUEST', `missing ${missing.map((name) => `--${name}`).join(', ')}`);
  }
  const given = options as StartOptions & Required<Pick<StartOptions, (typeof required)[number]>>;
  const settlementId = parseSettlementId(given.id);
  const source = chainNamed(session.config, given.from);
  const destination = chainNamed(session.config, given.to);
  const [token, destinationToken] = [tokenOf(source, given.token), tokenOf(destination, given.token)];

  // Who did not say a deadline means the order that stands, if one does: its deadline is adopted, and then compared.
  const standing = given.validBefore === undefined ? await session.client.order(settlementId) : null;
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
    validBefore: BigInt(standing?.order.validBefore ?? deadlineOf(given)),
    maxAttempts: Number(given.maxAttempts),
  };
  const order = parseOrder(orderToJson(draft)); // every check of the bad-input table, before anything is signed
  return signOrder(order, source.gateway, holderAccount(given.holder, accounts, given.keyFile));
}

function deadlineOf({ validBefore, validFor }: StartOptions): number {
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

function readSigned(file: string): SignedOrder {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new PermanentError('BAD_REQUEST', `${file} is not a readable JSON file`);
  }
  // What is in it is checked field by field when it is submitted.
  if (typeof json === 'object' && json !== null && 'order' in json && 'signature' in json) return json as SignedOrder;
  throw new PermanentError('BAD_REQUEST', `${file} does not hold { "order": ..., "signature": ... }`);
}
