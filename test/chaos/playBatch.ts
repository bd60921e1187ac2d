import { setTimeout as delay } from 'node:timers/promises';
import { PermanentError } from '../../src/domain/errors';
import { fingerprintOf } from '../../src/domain/fingerprint';
import { parseOrder } from '../../src/domain/parseOrder';
import type { SignedOrder } from '../../src/domain/order';
import type { FaultWorld } from './faultWorld';
import type { PlannedBatch } from './faultPlan';
import { clientAt, startOne, untilAnswered } from './load';
import { signDraft } from './orders';

/**
 * Submits what was planned, every other batch order by order in the bulk lane; resolves when it was acknowledged, and some of it said
 * again alone, not when it has ended.
 */
export async function playBatch(world: FaultWorld, { batchId, startAtMs, drafts, alone }: PlannedBatch, at: number) {
  await delay(startAtMs);
  const signed = await Promise.all(drafts.map((draft) => signDraft(world, draft)));
  const isBulk = at % 2 === 1;
  const accepted = isBulk ? await submitSingly(world, signed, at) : await submitTogether(world, batchId, signed, at);
  for (const one of accepted) world.batched.set(one.order.settlementId, fingerprintIn(world, one));
  const again = accepted.slice(0, alone);
  await Promise.all(again.map((one, which) => unlessPoor(() => startOne(world, clientAt(world, at + which), one))));
}

/** Whoever has no funds is refused as long as nothing stands of the order: null. Later the answer is how the batch ended for it. */
async function unlessPoor<T>(start: () => Promise<T>): Promise<T | null> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'INSUFFICIENT_FUNDS') return null;
    throw error;
  }
}

async function submitTogether(world: FaultWorld, batchId: string, signed: readonly SignedOrder[], at: number) {
  await untilAnswered.execute(() => clientAt(world, at).submitBatch(batchId, signed));
  return signed;
}

/** Each of them twice. */
async function submitSingly(world: FaultWorld, signed: readonly SignedOrder[], at: number) {
  const accepted = await Promise.all(
    signed.map((one, which) => {
      const start = (by: number) => untilAnswered.execute(() => clientAt(world, by).start(one, 'bulk'));
      return unlessPoor(() => Promise.all([start(at + which), start(at + which + 1)]).then(() => one));
    }),
  );
  return accepted.filter((one) => one !== null);
}

function fingerprintIn({ stack }: FaultWorld, { order }: SignedOrder): `0x${string}` {
  const source = stack.config.chains.find(({ chainId }) => chainId === order.sourceChainId);
  if (!source) throw new Error(`no chain ${order.sourceChainId}`);
  return fingerprintOf(parseOrder(order), source.gateway);
}
