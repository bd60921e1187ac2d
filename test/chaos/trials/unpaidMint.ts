import { withDatabase } from '../readRows';
import { clientAt } from '../load';
import type { FaultWorld } from '../faultWorld';
import { begin, callRaw, draftOf, reconcileNow, waitFinal, waitForRow } from './steps';
import { soonMs, type Trial } from './trial';

export const unpaidMint: Trial = {
  name: 'unpaid-mint',
  does: 'a stolen key mints without a burn, while the receiver of alerts is away: the reconciliation must tell, and pause',
  stuckAfterMs: soonMs,
  async run(context) {
    const { world, complain, brokenIds } = context;
    const [alder, birch] = world.chains;
    await alder.chain.pauseNew(true);
    const unpaid = await begin(context, 'unpaid');
    const { settlementId } = unpaid.order;
    await waitForRow(world, settlementId, ['PROCESSING']);
    await clientAt(world, 0).cancel(settlementId);
    await waitForRow(world, settlementId, ['FAILED']);
    await alder.chain.pauseNew(false);
    await reconcileNow(world); // the row is looked at: from here on only the chain tells

    // And one that the ledger does not know: only the blocks tell of it, and they are looked at once.
    const unknown = await draftOf(world, `${context.prefix}-unknown`, {});
    for (const signed of [unpaid, unknown]) {
      brokenIds.add(signed.order.settlementId);
      await callRaw(world, { on: birch, as: 'settler4', kind: 'Mint', signed, attempt: 0 });
    }
    await waitFinal(world);
    world.alerts.refuseNext(2);
    const { findings } = await reconcileNow(world);
    const isTold = findings.some((one) => one.kind === 'mintWithoutBurn' && one.settlementId === settlementId);
    if (!isTold) complain('the reconciliation said nothing of a mint without a burn');
    const isUnknownTold = findings.some(({ kind }) => kind === 'unknownSettlement');
    if (!isUnknownTold) complain('the reconciliation said nothing of a mint that the ledger does not know');
    for (const key of [`mintWithoutBurn/${settlementId}`, `unknownSettlement/${birch.deployed.name}`]) {
      const isAlerted = world.alerts.events.some(({ dedup_key }) => dedup_key === `reconciliation/${key}`);
      if (!isAlerted) complain(`nobody was alerted: ${key}`);
    }
    if ((await countPaused(world)) === 0) complain('no route was paused for a mint without a burn');

    // What an operator does then.
    for (const signed of [unpaid, unknown])
      await callRaw(world, { on: birch, as: 'reverser', kind: 'ReverseMint', signed, attempt: 0 });
    await waitFinal(world);
    await reconcileNow(world); // that is of a settlement nobody knows as well: told here, and not at the end
    await world.stack.resumeRoutes();
  },
};

async function countPaused({ databaseUrl }: FaultWorld): Promise<number> {
  const sql = 'select count(*)::int as count from ledger.paused_routes';
  return withDatabase(databaseUrl, async (client) => (await client.query<{ count: number }>(sql)).rows[0]?.count ?? 0);
}
