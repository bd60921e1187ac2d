import type { Command } from 'commander';
import type { LocalAccount } from 'viem';
import { loadConfig, type Config } from '../../config';
import { PermanentError } from '../../domain/errors';
import { formatAmount } from '../../domain/money';
import type { OrderJson, SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSettlementId } from '../../domain/settlementId';
import { batchLines } from '../batch/batchText';
import { readBatchFile, type BatchFile } from '../batch/readBatchFile';
import { watchBatch } from '../batch/watchBatch';
import type { OrderWords } from '../draftOrder';
import { holderSigner, type KeyOptions } from '../holderSigner';
import { sayOnInterrupt } from '../interruption';
import { printReport, progressTo } from '../printReport';
import { readAccounts } from '../readAccounts';
import { withSession, type Session } from '../session';
import { signingOptions } from '../signingOptions';
import { withExamples } from '../withExamples';

interface BatchOptions extends Omit<OrderWords, 'id' | 'amount' | 'recipient'>, KeyOptions {
  readonly id: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export function addBatch(program: Command): void {
  const command = signingOptions(program.command('batch'))
    .description(
      'submit many settlements at once, or say how a batch stands; the same batch again gets the same answer',
    )
    .argument(
      '[file]',
      'orders: .csv (id,amount,recipient, and more) to sign, or signed ones as JSON lines; none: only report',
    )
    .requiredOption('--id <batch>', "the batch's own idempotency key")
    .option('--from <chain>', 'source chain, where the file does not say it')
    .option('--to <chain>', 'destination chain, likewise')
    .option('--holder <account>', 'whose tokens, likewise')
    .option('--token <symbol>', "which token, likewise; default: the source chain's first")
    .option('--dry-run', 'check every order and say what would be moved; sign and write nothing')
    .option('--wait', 'stay until each of them is settled, failed or refunded')
    .action(async (file: string | undefined, options: BatchOptions, started: Command) => {
      parseSettlementId(options.id);
      const { config: configPath } = started.optsWithGlobals<{ config: string }>();
      const config = loadConfig(configPath);
      // What is wrong with the file is told though nothing answers.
      const orders = file === undefined ? null : readOrders(file, config, configPath, options);
      await withSession(started, (session) => work(session, orders, options));
    });
  withExamples(
    command,
    'settle batch payouts.csv --id payouts-2026-11 --from alder --to birch --holder alice --dry-run',
    'settle batch payouts.csv --id payouts-2026-11 --from alder --to birch --holder alice --wait',
    'settle batch signed-orders.jsonl --id netting-7 -o json',
    'settle batch --id payouts-2026-11',
  );
}

function readOrders(file: string, config: Config, configPath: string, options: BatchOptions): BatchFile {
  const orders = readBatchFile(file, config, readAccounts(configPath), { ...options, id: undefined });
  if (orders.drafts.length + orders.signed.length > 0) return orders;
  throw new PermanentError('BAD_REQUEST', `${file} holds no order`);
}

async function work(session: Session, orders: BatchFile | null, options: BatchOptions): Promise<number> {
  const { client, output } = session;
  const { id } = options;
  if (orders !== null) {
    if (options.dryRun) return dryRun(session, orders);
    const signed = orders.drafts.length > 0 ? await sign(session, orders.drafts, options) : orders.signed;
    const tell = progressTo(output);
    const { created } = await client.submitBatch(id, signed, (count) => tell(`${count} of ${signed.length} kept`));
    if (!created) process.stderr.write(`batch ${id} stands already; this is its answer\n`);
  }
  sayOnInterrupt(`batch ${id} goes on without you; 'settle batch --id ${id} --wait' comes back to it`);
  const standing = options.wait ? await watchBatch(session, id) : await client.batch(id);
  printReport(standing, batchLines(standing), output);
  if (standing.needsOperator > 0) return 4;
  const hasFailed = (standing.statuses.FAILED ?? 0) + standing.conflicts > 0;
  return hasFailed || (options.wait && (standing.statuses.COMPLETED ?? 0) < standing.size) ? 3 : 0;
}

/** Checked as at submission, and summed up by route. */
async function dryRun({ client, config, output }: Session, { drafts, signed }: BatchFile): Promise<number> {
  const orders = drafts.length > 0 ? drafts : signed.map(({ order }) => order);
  if (signed.length > 0) await client.checkBatch(signed);
  const sums = new Map<string, { count: number; amount: bigint; order: OrderJson }>();
  for (const order of orders) {
    const key = `${order.sourceChainId}/${order.token}/${order.destinationChainId}/${order.destinationToken}`;
    const { count, amount } = sums.get(key) ?? { count: 0, amount: 0n };
    sums.set(key, { count: count + 1, amount: amount + BigInt(order.amount), order });
  }
  const routes = [...sums.values()].map(({ count, amount, order }) => {
    const chain = (chainId: number) => config.chains.find((one) => one.chainId === chainId);
    const source = chain(order.sourceChainId);
    const token = source?.tokens.find(({ address }) => address === order.token);
    const whole = token ? `${formatAmount(amount, token.decimals)} ${token.symbol}` : `${amount} base units`;
    const destination = chain(order.destinationChainId)?.name ?? String(order.destinationChainId);
    return { from: source?.name ?? String(order.sourceChainId), to: destination, settlements: count, amount: whole };
  });
  const lines = routes.map(
    ({ from, to, settlements, amount }) => `${from} to ${to}: ${settlements} settlements, ${amount}`,
  );
  printReport({ size: orders.length, routes }, [...lines, 'nothing was signed or written'], output);
  return 0;
}

/** A batch that stands keeps its deadlines: whoever did not say one means the same orders again. */
async function sign(
  { client, config, configPath, output }: Session,
  drafts: readonly OrderJson[],
  options: BatchOptions,
): Promise<readonly SignedOrder[]> {
  const { signOrder } = await import('../../client/signOrder');
  const deadlines =
    options.validBefore === undefined ? await client.batchDeadlines(options.id) : new Map<string, number>();
  const accounts = readAccounts(configPath);
  const signers = new Map<string, LocalAccount>();
  const tell = progressTo(output);
  const signed: SignedOrder[] = [];
  for (const draft of drafts) {
    const order = parseOrder({ ...draft, validBefore: deadlines.get(draft.settlementId) ?? draft.validBefore });
    const signer = signers.get(order.holder) ?? (await holderSigner(order.holder, accounts, options));
    signers.set(order.holder, signer);
    const gateway = config.chains.find(({ chainId }) => BigInt(chainId) === order.sourceChainId)?.gateway;
    if (!gateway) throw new PermanentError('UNKNOWN_CHAIN', `chain ${order.sourceChainId} is not configured`);
    signed.push(await signOrder(order, gateway, signer));
    if (signed.length % 1_000 === 0) tell(`${signed.length} of ${drafts.length} signed`);
  }
  return signed;
}
