import { setTimeout as delay } from 'node:timers/promises';
import { PermanentError } from '../../src/domain/errors';
import type { SignedOrder } from '../../src/domain/order';
import type { FaultWorld } from './faultWorld';
import type { PlannedSettlement } from './faultPlan';
import { clientAt, startOne, untilAnswered } from './load';
import { signDraft } from './orders';

/** Tells of what must not be. */
export type Complain = (what: string) => void;

/** Does with one settlement what was planned; resolves when it has been said, not when it has ended. */
export async function play(world: FaultWorld, planned: PlannedSettlement, at: number, complain: Complain) {
  await delay(planned.startAtMs);
  const signed = await signDraft(world, planned.draft);
  const client = clientAt(world, at);
  const { settlementId } = planned.draft;
  switch (planned.does) {
    case 'poor':
      return startPoor(world, signed, at);
    case 'identical':
      await Promise.all([0, 1, 2, 3].map((which) => startOne(world, clientAt(world, at + which), signed)));
      return;
    case 'conflict':
      await startOne(world, client, signed);
      await delay(planned.thenAfterMs);
      return conflict(world, planned, at, complain);
    case 'cancel':
      await startOne(world, client, signed);
      await delay(planned.thenAfterMs);
      await untilAnswered.execute(() => client.cancel(settlementId)).catch(onlyPermanent);
      return;
    case 'retry':
      return cancelAndRetry(world, planned, signed, at);
    default:
      await startOne(world, client, signed);
  }
}

/** Told at once, or, when the chain could not be asked, by the settlement's end. */
async function startPoor(world: FaultWorld, signed: SignedOrder, at: number): Promise<void> {
  await startOne(world, clientAt(world, at), signed).catch(onlyPermanent);
}

async function conflict(world: FaultWorld, { draft }: PlannedSettlement, at: number, complain: Complain) {
  const other = await signDraft(world, { ...draft, amount: draft.amount + 1n });
  try {
    await untilAnswered.execute(() => clientAt(world, at + 1).start(other));
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'IDEMPOTENCY_CONFLICT') return;
    throw error;
  }
  complain(`${draft.settlementId}: another order was let in under it`);
}

const failsWithinMs = 120_000;

async function cancelAndRetry(world: FaultWorld, planned: PlannedSettlement, signed: SignedOrder, at: number) {
  const client = clientAt(world, at);
  const { settlementId } = planned.draft;
  await startOne(world, client, signed);
  await delay(planned.thenAfterMs);
  await untilAnswered.execute(() => client.cancel(settlementId)).catch(onlyPermanent);
  for (const until = Date.now() + failsWithinMs; Date.now() < until; await delay(500)) {
    const { status } = await untilAnswered.execute(() => client.get(settlementId));
    if (status === 'COMPLETED') return; // the cancel came too late
    if (status !== 'FAILED') continue;
    world.rerunIds.add(settlementId);
    await untilAnswered.execute(() => client.retry(settlementId, `${settlementId}-again`)).catch(onlyPermanent);
    return;
  }
}

/** An answer that is no is an answer. */
function onlyPermanent(error: unknown): void {
  if (!(error instanceof PermanentError)) throw error;
}
