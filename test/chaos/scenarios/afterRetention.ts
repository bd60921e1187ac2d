import { PermanentError } from '../../../src/domain/errors';
import type { SettlementRecord } from '../../../src/domain/record';
import { readChain } from '../checkers/readChain';
import { inTurn } from '../inTurn';
import type { ChaosWorld } from '../chaosWorld';
import { clientAt, resultOf, signOrders, startOne } from '../load';
import { mustBeEmpty, type Scenario } from '../scenario';
import { withDeadline } from '../withDeadline';

const counts = { ci: 5, full: 25 } as const;
const withinMs = 120_000;

export const afterRetention: Scenario = {
  name: 'the same id after its run was deleted',
  async run({ world, options, random, prefix, progress }) {
    const orders = await signOrders(world, prefix, counts[options.size], random);
    const ids = orders.map(({ order }) => order.settlementId);
    const settle = async (): Promise<readonly SettlementRecord[]> => {
      await inTurn(orders, 10, (signed, at) => startOne(world, clientAt(world, at), signed));
      const results = inTurn(ids, 10, (id, at) => resultOf(clientAt(world, at), id));
      return withDeadline(results, withinMs, () => `results of ${ids.length} ids`);
    };
    progress(`${ids.length} settlements`);
    const first = await settle();
    const before = await laneTransactions(world);
    progress(`${ids.length} runs are deleted from Temporal`);
    for (const id of ids) world.forgottenIds.add(id);
    await inTurn(ids, 5, (id) => world.stack.forget(id));
    progress(`${ids.length} settlements once more`);
    const again = await settle();
    const after = await laneTransactions(world);

    const found = again.flatMap((record, at) => {
      const known = first[at];
      return known && sameAnswer(known) === sameAnswer(record) ? [] : [`${record.settlementId}: another answer`];
    });
    if (first.some(({ status }) => status !== 'COMPLETED')) found.push('not every settlement was COMPLETED at first');
    found.push(...after.filter((hash) => !before.includes(hash)).map((hash) => `a lane sent ${hash}`));
    found.push(...(await conflictFindings(world, ids[0] ?? '')));
    mustBeEmpty('after their runs were deleted', found);
    return { settlements: ids.length, kills: 0, starts: 2 * ids.length };
  },
};

/** All but the times: which run tells them is not the settlement's business. */
function sameAnswer(record: SettlementRecord): string {
  const fields = Object.entries(record).filter(([name]) => name !== 'createdAt' && name !== 'updatedAt');
  return JSON.stringify(fields.sort(([a], [b]) => a.localeCompare(b)));
}

async function laneTransactions({ stack, laneSigners }: ChaosWorld): Promise<readonly string[]> {
  const chains = await Promise.all(stack.chains.map(readChain));
  const signers = new Set<string>(laneSigners);
  return chains.flatMap(({ transactions }) =>
    transactions.filter(({ from }) => signers.has(from)).map(({ hash }) => hash),
  );
}

/** No run tells of it any more; the id still belongs to its order and to no other. */
async function conflictFindings(world: ChaosWorld, settlementId: string): Promise<string[]> {
  const other = await world.stack.sign({ settlementId, amount: 2_000_000n });
  try {
    await clientAt(world, 0).start(other);
    return [`${settlementId}: another order was let in under it`];
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'IDEMPOTENCY_CONFLICT') return [];
    throw error;
  }
}
