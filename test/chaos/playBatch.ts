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
  await Promise.all(accepted.slice(0, alone).map((one, which) => startOne(world, clientAt(world, at + which), one)));
}

async function submitTogether(world: FaultWorld, batchId: string, signed: readonly SignedOrder[], at: number) {
  await untilAnswered.execute(() => clientAt(world, at).submitBatch(batchId, signed));
  return signed;
}

/** Each of them twice. Who has no funds is refused at once here, and nothing stands of it. */
async function submitSingly(world: FaultWorld, signed: readonly SignedOrder[], at: number) {
  const accepted = await Promise.all(
    signed.map(async (one, which) => {
      const start = (by: number) => untilAnswered.execute(() => clientAt(world, by).start(one, 'bulk'));
      try {
        await Promise.all([start(at + which), start(at + which + 1)]);
        return one;
      } catch (error) {
        if (error instanceof PermanentError && error.code === 'INSUFFICIENT_FUNDS') return null;
        throw error;
      }
    }),
  );
  return accepted.filter((one) => one !== null);
}

function fingerprintIn({ stack }: FaultWorld, { order }: SignedOrder): `0x${string}` {
  const source = stack.config.chains.find(({ chainId }) => chainId === order.sourceChainId);
  if (!source) throw new Error(`no chain ${order.sourceChainId}`);
  return fingerprintOf(parseOrder(order), source.gateway);
}
