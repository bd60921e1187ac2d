import { setTimeout as delay } from 'node:timers/promises';
import Table from 'cli-table3';
import type { Hex } from 'viem';
import type { ChainHand } from '../chainHand';
import { startFaultWorld, type FaultWorld } from '../faultWorld';
import { between } from '../faults/fault';
import { dumpOpen, settleAll } from '../healing';
import { judge, type Judgement } from '../judge';
import { clientAt, startOne } from '../load';
import { commandOf, type ChaosOptions } from '../options';
import { plainOrder, signDraft } from '../orders';
import { createProgressLine } from '../progressLine';
import { createRandom, pick, type Random } from '../random';
import { takeBack } from '../takeBack';
import { withDatabase } from '../readRows';
import { onInterrupt } from '../runChaos';
import { unmeantExits } from '../unmeantExits';

/** One more than the deepest reorg: nothing that is final is taken back. */
const [deepest, confirmations] = [16, 17];
const [betweenBlocksMs, betweenStartsMs, mintWindowMs] = [100, 700, 120_000];
const interruptedExit = 130;

interface Reorged {
  readonly chain: string;
  readonly depth: number;
  /** Transactions of our lanes in the blocks that went. */
  readonly taken: number;
  /** Of them, put into the new blocks at once. */
  readonly putBack: number;
}

/** `npm run chaos -- --suite reorgs`: reorgs within the finality policy, one after the other, under a steady load. */
export async function runReorgs(options: ChaosOptions, folder: string): Promise<number> {
  const startedAt = performance.now();
  const tell = (text: string): void => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  line.say('the world starts');
  const world = await startFaultWorld(options, folder, { policy: { confirmations, mintWindowMs, betweenBlocksMs } });
  try {
    const ran = await Promise.race([run(world, options, (text) => line.say(text)), interrupted.told]);
    if (ran === 'interrupted') return interruptedExit;
    line.end();
    return conclude(options, ran, performance.now() - startedAt, tell);
  } finally {
    line.end();
    await world.close();
  }
}

interface Ran {
  readonly reorgs: readonly Reorged[];
  readonly started: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly judgement: Judgement;
}

async function run(world: FaultWorld, options: ChaosOptions, say: (text: string) => void): Promise<Ran> {
  const random = createRandom(options.seed);
  const problems: string[] = [];
  const load = startLoad(world, `reorgs-${options.seed}`, createRandom(options.seed + 1));
  const reorgs: Reorged[] = [];
  while (reorgs.length < options.reorgs) {
    await delay(between(random, 300, 2_500));
    reorgs.push(await reorgOnce(world, random));
    say(`${reorgs.length} of ${options.reorgs} reorgs, ${world.starts.length} settlements started`);
  }
  problems.push(...(await load.stop()));
  const ids = () => [...new Set(world.starts.map(({ settlementId }) => settlementId))];
  const settled = await settleAll(world, ids, performance.now(), say);
  problems.push(...settled.problems, ...unmeantExits(world.workers.ownExits, []));
  if (settled.open.length > 0) problems.push(`not terminal: ${await dumpOpen(world, settled.open)}`);
  say('the checkers read chains, ledger and Temporal');
  const judgement = await judge(world);
  for (const { invariant, findings, outcome } of judgement.verdicts) {
    if (outcome === 'broken') problems.push(...findings.map((finding) => `${invariant}: ${finding}`));
  }
  return { reorgs, started: ids().length, outcomes: settled.outcomes, problems, judgement };
}

interface Load {
  /** Resolves when all that was begun was said, with what callers were told that they should not be. */
  stop(): Promise<readonly string[]>;
}

/** One settlement after the other at an even pace, whatever becomes of those before; one in eight is refused its mint. */
function startLoad(world: FaultWorld, prefix: string, random: Random): Load {
  const state = { stopped: false };
  const said: Promise<unknown>[] = [];
  const starting = (async () => {
    for (let at = 0; !state.stopped; at++) {
      const settlementId = `${prefix}-${at}`;
      const from = pick(random, ['alder', 'birch'] as const);
      const isRefused = random() < 1 / 8;
      const one = isRefused
        ? signDraft(world, { ...refused, settlementId, from })
        : plainOrder(world, settlementId, from);
      said.push(one.then((signed) => startOne(world, clientAt(world, at), signed)));
      said.at(-1)?.catch(() => undefined); // told at the stop
      await delay(betweenStartsMs);
    }
  })();
  return {
    async stop() {
      state.stopped = true;
      await starting;
      const all = await Promise.allSettled(said);
      return all.flatMap((one) => (one.status === 'rejected' ? [`a caller got ${String(one.reason)}`] : []));
    },
  };
}
const refused = { amount: 1_000n, holder: 'alice', recipient: 'mallory', validForSeconds: 7_200 } as const;

interface RawBlock {
  readonly transactions: readonly { readonly hash: Hex }[];
}

/** Takes the newest blocks; half of the times some of our transactions stand in the new ones, at another place than before. */
async function reorgOnce(world: FaultWorld, random: Random): Promise<Reorged> {
  const hand = pick(random, world.chains);
  const depth = between(random, 1, deepest);
  const puts = random() < 0.5;
  hand.setMining(false);
  await hand.rpc('evm_setAutomine', [false]); // nothing may come between: it would be one block more than was meant
  try {
    await hand.settled();
    const ours = await transactionsIn(world, hand, depth);
    const pairs = puts
      ? ours.filter(() => random() < 0.7).map((raw) => [raw, between(random, 0, depth - 1)] as const)
      : [];
    const putBack = inOrderOfNonces(pairs);
    await takeBack(world, hand, { depth }, () => hand.reorg(depth, putBack)); // nothing that was final goes
    return { chain: hand.deployed.name, depth, taken: ours.length, putBack: putBack.length };
  } finally {
    await hand.rpc('evm_setAutomine', [true]);
    hand.setMining(true);
  }
}

/** What comes later in the list may not stand in an earlier block: nonces of a key go up. */
function inOrderOfNonces(pairs: readonly (readonly [raw: Hex, block: number])[]): readonly (readonly [Hex, number])[] {
  const blocks = pairs.map(([, block]) => block).sort((a, b) => a - b);
  return pairs.map(([raw], at) => [raw, blocks[at] ?? 0] as const);
}

/** The journaled bytes of our transactions in the newest blocks, in the order in which they stand. */
async function transactionsIn(world: FaultWorld, hand: ChainHand, depth: number): Promise<readonly Hex[]> {
  const head = Number(await hand.rpc<Hex>('eth_blockNumber'));
  const hashes: Hex[] = [];
  for (let number = head - depth + 1; number <= head; number++) {
    const { transactions } = await hand.rpc<RawBlock>('eth_getBlockByNumber', [`0x${number.toString(16)}`, true]);
    hashes.push(...transactions.map(({ hash }) => hash));
  }
  const sql = 'select hash, raw from ledger.transactions where hash = any($1)';
  const rows = await withDatabase(world.databaseUrl, async (client) => {
    return (await client.query<{ hash: Hex; raw: Hex }>(sql, [hashes])).rows;
  });
  const rawOf = new Map(rows.map(({ hash, raw }) => [hash, raw]));
  return hashes.flatMap((hash) => rawOf.get(hash) ?? []);
}

function conclude(options: ChaosOptions, ran: Ran, durationMs: number, tell: (text: string) => void): number {
  const { reorgs, started, outcomes, problems, judgement } = ran;
  const table = new Table({
    head: ['depth', 'reorgs', 'on alder', 'on birch', 'our transactions in them', 'put into the new blocks', 'dropped'],
    style: { head: [], border: [] },
  });
  const sum = (of: readonly Reorged[], field: 'taken' | 'putBack') => of.reduce((total, one) => total + one[field], 0);
  const row = (name: string, of: readonly Reorged[]) => {
    const on = (chain: string) => of.filter((one) => one.chain === chain).length;
    const [taken, putBack] = [sum(of, 'taken'), sum(of, 'putBack')];
    table.push([name, of.length, on('alder'), on('birch'), taken, putBack, taken - putBack]);
  };
  for (let depth = 1; depth <= deepest; depth++)
    row(
      `${depth}`,
      reorgs.filter((one) => one.depth === depth),
    );
  row('all', reorgs);
  tell(table.toString());
  const told = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const { count, of } = judgement.replays;
  tell(
    `${started} settlements (${told.join(', ')}), ${count} of ${of} histories replayed, ${(durationMs / 1_000).toFixed(0)} s`,
  );
  for (const problem of problems) tell(`  ${problem}`);
  const failed = problems.length > 0 ? 1 : 0;
  if (failed > 0) tell(`again: ${commandOf(options)}`);
  tell(`${1 - failed} passed, ${failed} failed`);
  if (options.json) console.log(JSON.stringify({ ...options, command: commandOf(options), durationMs, ...ran }));
  return failed;
}
