import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { runSettle } from '../../support/runSettle';
import type { ChainHand } from '../chainHand';
import { confirmations, type FaultWorld } from '../faultWorld';
import { between } from '../faults/fault';
import { clientAt, startOne } from '../load';
import { plainOrder } from '../orders';
import { pick } from '../random';
import { withDatabase } from '../readRows';
import { takeBack } from '../takeBack';
import type { Finale, FinaleContext } from './finale';

interface Taken {
  readonly hash: Hex;
  readonly blockNumber: number;
  readonly raw: Hex;
}

/** How the blocks go; they come to as many again. */
type Rewinding = (hand: ChainHand, depth: number) => Promise<void>;

const [settlementsEachWay, withinMs, holdMs] = [2, 60_000, 3_000];

function brokenFinality(number: number, name: string, rewinding: Rewinding): Finale {
  return {
    number,
    name,
    async run(context) {
      const { world, random, prefix, say } = context;
      const hand = pick(random, world.chains);
      say(`${number} ${name} on ${hand.deployed.name}`);
      const ids = await startBothWays(world, prefix);
      await untilBurned(hand, ids);
      const alertsBefore = world.alerts.events.length;
      const taken = await rewind(context, hand, rewinding);
      await mustPause(context, hand, alertsBefore);
      await mustHold(context, hand);
      await sendAgain(hand, taken);
      await operate(context);
      return taken.length;
    },
  };
}

const nameOf = ({ deployed }: ChainHand) => deployed.name as 'alder' | 'birch';
const heightOf = async ({ rpc }: ChainHand): Promise<number> => Number(await rpc<Hex>('eth_blockNumber'));

async function startBothWays(world: FaultWorld, prefix: string): Promise<Record<'alder' | 'birch', string[]>> {
  const ids = { alder: [] as string[], birch: [] as string[] };
  for (const from of ['alder', 'birch'] as const) {
    for (let at = 0; at < settlementsEachWay; at++) {
      const id = `${prefix}-finale-${from}-${at}`;
      await startOne(world, clientAt(world, at), await plainOrder(world, id, from));
      ids[from].push(id);
    }
  }
  return ids;
}

/** Finally, so that what is taken back was relied on. */
async function untilBurned(hand: ChainHand, ids: Record<'alder' | 'birch', string[]>): Promise<void> {
  for (const id of ids[nameOf(hand)]) {
    await until(async () => (await hand.chain.slotOf(id)).state === 'Burned', `${id} is burned`);
  }
}

/** Returns what was final and is gone; what was not final the lanes send again by themselves. */
async function rewind({ world, random }: FinaleContext, hand: ChainHand, rewinding: Rewinding) {
  hand.setMining(false);
  try {
    await delay(300); // a block that was on its way is in
    const head = await heightOf(hand);
    const depth = confirmations + between(random, 3, 8); // past the burns that have just become final
    const taken = await transactionsAfter(world, hand, head - depth);
    const wereFinal = taken.filter(({ blockNumber }) => blockNumber <= head - confirmations + 1);
    const finalBefore = new Map(wereFinal.map(({ hash, blockNumber }) => [hash, blockNumber]));
    await takeBack(world, hand, { depth, finalBefore }, () => rewinding(hand, depth));
    const receipts = await Promise.all(wereFinal.map(({ hash }) => hand.rpc('eth_getTransactionReceipt', [hash])));
    return wereFinal.filter((_, at) => receipts[at] === null);
  } finally {
    hand.setMining(true);
  }
}

interface RawBlock {
  readonly number: Hex;
  readonly transactions: readonly { readonly hash: Hex }[];
}

async function transactionsAfter(world: FaultWorld, hand: ChainHand, kept: number): Promise<readonly Taken[]> {
  const found: Omit<Taken, 'raw'>[] = [];
  for (let number = kept + 1; number <= (await heightOf(hand)); number++) {
    const block = await hand.rpc<RawBlock>('eth_getBlockByNumber', [`0x${number.toString(16)}`, true]);
    found.push(...block.transactions.map(({ hash }) => ({ hash, blockNumber: number })));
  }
  const sql = 'select hash, raw from ledger.transactions where hash = any($1)';
  const rows = await withDatabase(world.databaseUrl, async (client) => {
    return (await client.query<{ hash: Hex; raw: Hex }>(sql, [found.map(({ hash }) => hash)])).rows;
  });
  const rawOf = new Map(rows.map(({ hash, raw }) => [hash, raw]));
  return found.flatMap((one) => ({ ...one, raw: rawOf.get(one.hash) ?? '0x' })).filter(({ raw }) => raw !== '0x');
}

interface Paused {
  readonly from: string;
  readonly pausedAt: Date;
}

async function readPaused({ databaseUrl }: FaultWorld): Promise<readonly Paused[]> {
  const sql = 'select source_chain as "from", paused_at as "pausedAt" from ledger.paused_routes';
  return withDatabase(databaseUrl, async (client) => (await client.query<Paused>(sql)).rows);
}

/** Both routes of the chain, and somebody is told; by the workers alone, nobody reconciles now. */
async function mustPause({ world, complain }: FinaleContext, hand: ChainHand, alertsBefore: number): Promise<void> {
  const isTold = (): boolean =>
    world.alerts.events
      .slice(alertsBefore)
      .some(({ dedup_key }) => dedup_key === `reconciliation/finalityBroken/${hand.deployed.name}`);
  await until(async () => (await readPaused(world)).length === 2 && isTold(), 'both routes paused, and an alert').catch(
    (error: unknown) => complain(`${hand.deployed.name} took back what was final: ${String(error)}`),
  );
}

/** No burn, mint or refund is journaled while the routes are paused; one that is started meanwhile waits. */
async function mustHold({ world, prefix, complain }: FinaleContext, hand: ChainHand): Promise<void> {
  const pausedAt = (await readPaused(world)).map((one) => one.pausedAt.getTime());
  const id = `${prefix}-finale-held`;
  await startOne(world, clientAt(world, 0), await plainOrder(world, id, nameOf(hand)));
  await delay(holdMs);
  const sql = `select o.settlement_id as id, o.kind from ledger.transaction_operations o join ledger.transactions t using (hash)
    where o.kind in ('Burn', 'Mint', 'Refund') and t.replacement = 0 and t.created_at > $1`;
  const since = new Date(Math.max(...pausedAt));
  const moved = await withDatabase(world.databaseUrl, async (client) => {
    return (await client.query<{ id: string; kind: string }>(sql, [since])).rows;
  });
  for (const { id: moving, kind } of moved) complain(`${moving}: a ${kind} was journaled while its route was paused`);
}

/** As the nodes of a real network do, which keep what a reorg took: the very same bytes. */
async function sendAgain(hand: ChainHand, taken: readonly Taken[]): Promise<void> {
  for (const { raw } of taken) await hand.rpc('eth_sendRawTransaction', [raw]).catch(() => undefined); // known already
  for (const { hash } of taken) {
    await until(async () => (await hand.rpc('eth_getTransactionReceipt', [hash])) !== null, `${hash} is in again`);
  }
}

/** What the reconciliation may find: where it had looked at a block that is gone. Anything else is a finding. */
const meant = new Set(['finalityBroken']);

/** Has looked, sees the same bytes back in final blocks, and lets the routes go on. */
async function operate({ world: { stack, chains, databaseUrl }, complain }: FinaleContext): Promise<void> {
  await delay((confirmations + 1) * 200 * chains.length);
  const { findings } = await stack.client.reconcile();
  for (const { kind, what } of findings.filter((one) => !meant.has(one.kind)))
    complain(`reconciliation: ${kind}: ${what}`);
  for (const [from, to] of [
    ['alder', 'birch'],
    ['birch', 'alder'],
  ] as const) {
    const { code, stderr } = await runSettle(stack.configPath, ['route', 'resume', '--from', from, '--to', to]);
    if (code !== 0) complain(`settle route resume ended with ${code}: ${stderr}`);
  }
  const left = await withDatabase(
    databaseUrl,
    async (client) => (await client.query<object>('select 1 from ledger.paused_routes')).rows,
  );
  if (left.length > 0) complain('a route that was resumed is paused');
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds()); await delay(50)) {
    if (Date.now() > end) throw new Error(`waited ${withinMs / 1_000} s for: ${what}`);
  }
}

const mined = (hand: ChainHand, blocks: number) => hand.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);

export const brokenFinalities: readonly Finale[] = [
  brokenFinality(23, 'a reorg past finality', (hand, depth) => hand.reorg(depth)),
  brokenFinality(22, 'a rollback past finality', async (hand, depth) => {
    await hand.rollback(depth);
    await delay(400); // long enough for everybody to see it
    await mined(hand, depth);
  }),
];
