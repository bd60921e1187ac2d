import { readChain } from '../checkers/readChain';
import { settlementsOf } from '../checkers/settlements';
import { keyOf } from '../checkers/gatewayAbi';
import { clientAt, resultOf, signOrders, startOne } from '../load';
import { mustBeEmpty, type Scenario } from '../scenario';
import type { StartAnswer } from '../checkers/world';
import { withDeadline } from '../withDeadline';

const sizes = { ci: { ids: 8, starts: 40 }, full: { ids: 50, starts: 200 } } as const;
const withinMs = 120_000;

export const identicalStarts: Scenario = {
  name: 'identical starts at once',
  async run({ world, options, random, prefix, progress }) {
    const { ids, starts } = sizes[options.size];
    const orders = await signOrders(world, prefix, ids, random);
    const found: string[] = [];
    for (const [at, signed] of orders.entries()) {
      progress(`${at} of ${ids} ids, ${starts} starts each`);
      const all = Array.from({ length: starts }, (_, which) => startOne(world, clientAt(world, which), signed));
      found.push(...differences(await Promise.all(all)));
    }
    for (const { order } of orders) {
      const { settlementId } = order;
      const { status } = await withDeadline(resultOf(clientAt(world, 0), settlementId), withinMs, () => settlementId);
      if (status !== 'COMPLETED') found.push(`${settlementId} is ${status}`);
    }
    const chains = await Promise.all(world.stack.chains.map(readChain));
    const ours = new Set(orders.map(({ order }) => keyOf(order.settlementId)));
    const moved = settlementsOf({ chains }).filter(({ settlementKey }) => ours.has(settlementKey));
    for (const kind of ['Burn', 'Mint'] as const) {
      const count = moved.reduce((total, settlement) => total + settlement.of(kind).length, 0);
      if (count !== ids) found.push(`${count} ${kind}s for ${ids} ids`);
    }
    mustBeEmpty(`${starts} identical starts of ${ids} ids`, found);
    return { settlements: ids, kills: 0, starts: ids * starts };
  },
};

/** What identical starts may not differ in; the status goes on while they are answered. */
function differences(answers: readonly StartAnswer[]): string[] {
  const [first] = answers;
  const texts = new Set(answers.map(textOf));
  const created = answers.filter((answer) => answer.created).length;
  const found = texts.size === 1 ? [] : [`${first?.settlementId}: ${texts.size} different answers`];
  if (created !== 1) found.push(`${first?.settlementId}: ${created} of ${answers.length} were told they created it`);
  return found;
}

function textOf({ runId, fingerprint, record }: StartAnswer): string {
  const { settlementId, sourceChain, destinationChain, token, amount, holder, recipient } = record;
  return JSON.stringify({
    runId,
    fingerprint,
    ...{ settlementId, sourceChain, destinationChain, token, amount, holder, recipient },
  });
}
