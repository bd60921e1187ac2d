import { begin, callRaw, draftOf, waitFinal, waitForRow } from './steps';
import { soonMs, type Trial } from './trial';

export const saidAgain: Trial = {
  name: 'said-again',
  does: "with stolen keys every operation is said again to the gateways, and some that nobody said before: the slots' to refuse",
  stuckAfterMs: soonMs,
  async run(context) {
    const { world } = context;
    const [alder, birch] = world.chains;
    const done = await begin(context, 'done');
    const refused = await begin(context, 'refused', { recipient: 'mallory' });
    await waitForRow(world, done.order.settlementId, ['COMPLETED']);
    await waitForRow(world, refused.order.settlementId, ['FAILED']);
    // Only the slots stand in the way now.
    await birch.chain.freeze('mallory', false);
    const never = await draftOf(world, `${context.prefix}-never`, {});
    const [settler, refunder] = ['settler4', 'refunder2'] as const;
    await callRaw(world, { on: birch, as: settler, kind: 'Mint', signed: done, attempt: 0 });
    await callRaw(world, { on: birch, as: refunder, kind: 'CancelMint', signed: done, attempt: 0 });
    await callRaw(world, { on: alder, as: settler, kind: 'Burn', signed: done, attempt: 0 });
    await callRaw(world, { on: birch, as: settler, kind: 'Mint', signed: refused, attempt: 0 });
    await callRaw(world, { on: alder, as: refunder, kind: 'Refund', signed: refused, attempt: 0 });
    await callRaw(world, { on: alder, as: refunder, kind: 'Refund', signed: never, attempt: 0 });
    // Another's signature, which is one and not the holder's.
    const unsigned = { ...never, signature: done.signature };
    await callRaw(world, { on: alder, as: settler, kind: 'Burn', signed: unsigned, attempt: 0 });
    await waitFinal(world);
  },
};
