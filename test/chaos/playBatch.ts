import { setTimeout as delay } from 'node:timers/promises';
import { fingerprintOf } from '../../src/domain/fingerprint';
import { parseOrder } from '../../src/domain/parseOrder';
import type { SignedOrder } from '../../src/domain/order';
import type { FaultWorld } from './faultWorld';
import type { PlannedBatch } from './faultPlan';
import { clientAt, startOne, untilAnswered } from './load';
import { signDraft } from './orders';

/** Submits what was planned; resolves when it was acknowledged, and some of it said again alone, not when it has ended. */
export async function playBatch(world: FaultWorld, { batchId, startAtMs, drafts, alone }: PlannedBatch, at: number) {
  await delay(startAtMs);
  const signed = await Promise.all(drafts.map((draft) => signDraft(world, draft)));
  await untilAnswered.execute(() => clientAt(world, at).submitBatch(batchId, signed));
  for (const one of signed) world.batched.set(one.order.settlementId, fingerprintIn(world, one));
  await Promise.all(signed.slice(0, alone).map((one, which) => startOne(world, clientAt(world, at + which), one)));
}

function fingerprintIn({ stack }: FaultWorld, { order }: SignedOrder): `0x${string}` {
  const source = stack.config.chains.find(({ chainId }) => chainId === order.sourceChainId);
  if (!source) throw new Error(`no chain ${order.sourceChainId}`);
  return fingerprintOf(parseOrder(order), source.gateway);
}
