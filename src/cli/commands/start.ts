import { Option, type Command } from 'commander';
import { loadConfig } from '../../config';
import type { SignedOrder } from '../../domain/order';
import { submissionLanes, type SubmissionLane } from '../../domain/submissionLane';
import { draftOrder, type OrderWords } from '../draftOrder';
import { holderSigner } from '../holderSigner';
import { inPlace } from '../inPlace';
import { parseSigned } from '../parseSigned';
import { printRecord } from '../printRecords';
import { readAccounts } from '../readAccounts';
import { readText } from '../readText';
import { withSession, type Session } from '../session';
import { signingOptions } from '../signingOptions';
import { waitFor } from '../waitFor';
import { withExamples } from '../withExamples';

interface StartOptions extends OrderWords {
  readonly keyFile?: string;
  readonly passwordFile?: string;
  readonly order?: string;
  readonly wait?: boolean;
  readonly lane: SubmissionLane;
}

export function addStart(program: Command): void {
  const command = signingOptions(program.command('start'))
    .description('sign and submit a settlement; saying the same again gets the same answer')
    .option('--id <id>', 'your own idempotency key, chosen before you submit and kept')
    .option('--from <chain>', 'source chain')
    .option('--to <chain>', 'destination chain')
    .option('--amount <decimal>', 'how much, in whole tokens, for example 12.5')
    .option('--holder <account>', 'whose tokens: an address, or a name on the local stack')
    .option('--recipient <account>', 'who gets them on the destination chain')
    .option('--token <symbol>', "which token; default: the source chain's first")
    .option('--order <file>', 'a signed order as JSON ({ "order", "signature" }) instead of all of the above')
    .addOption(
      new Option('--lane <lane>', 'bulk: in a batch with whoever is started at the same time, half a second later')
        .choices(submissionLanes)
        .default('single'),
    )
    .option('--wait', 'stay until it is settled, failed or refunded')
    .action(async (options: StartOptions, started: Command) => {
      const { config } = started.optsWithGlobals<{ config: string }>();
      // What is wrong with the words is told though Temporal is away.
      if (options.order === undefined) draftOrder(loadConfig(config), readAccounts(config), options);
      await withSession(started, (session) => start(session, options));
    });
  withExamples(
    command,
    'settle start --id rent-2026-11 --from alder --to birch --amount 12.5 --holder alice --recipient bob --wait',
    'settle start --id pay-7 --from alder --to birch --amount 1 --holder 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\',
    '    --recipient 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC --key-file holder.key',
    'settle start --order signed-order.json -o json',
  );
}

async function start(session: Session, options: StartOptions): Promise<number> {
  const { client, config, output } = session;
  const signed = await signedBy(session, options);
  const { record, created } = await client.start(signed, options.lane);
  if (!created) process.stderr.write(`${record.settlementId} stands already; this is its answer\n`);
  if (options.wait) return waitFor(session, record.settlementId);
  printRecord(config, record, output);
  return 0;
}

async function signedBy({ client, config, configPath }: Session, options: StartOptions): Promise<SignedOrder> {
  if (options.order !== undefined) return readSigned(options.order);
  const accounts = readAccounts(configPath);
  const { order, source } = draftOrder(config, accounts, options);
  const account = await holderSigner(order.holder, accounts, options);
  // Who did not say a deadline means the order that stands, if one does: its deadline is adopted, and then compared.
  const standing = options.validBefore === undefined ? await client.order(order.settlementId) : null;
  const validBefore = standing ? BigInt(standing.order.validBefore) : order.validBefore;
  const { signOrder } = await import('../../client/signOrder');
  return signOrder({ ...order, validBefore }, source.gateway, account);
}

function readSigned(file: string): SignedOrder {
  const text = readText(file);
  return inPlace(file, () => parseSigned(text));
}
