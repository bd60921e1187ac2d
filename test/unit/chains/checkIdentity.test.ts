import type { Hex } from 'viem';
import { checkIdentity } from '../../../src/chains/checkIdentity';
import { PermanentError } from '../../../src/domain/errors';
import { slotStates } from '../../../src/domain/slot';
import { createFakeChain, settlementKey, slotOf } from '../lanes/fakeChain';

const ours: Hex = `0x${'ab'.repeat(32)}`;
const others: Hex = `0x${'cd'.repeat(32)}`;

describe('checkIdentity', () => {
  it.each(slotStates)('gives the final slot to whose it is: %s', async (state) => {
    const fake = createFakeChain({ confirmations: 1 });
    fake.mine({ slot: slotOf(state) });
    expect((await checkIdentity(fake.chain, { settlementKey, fingerprint: ours })).slot).toEqual(slotOf(state));
  });

  it.each(slotStates.filter((state) => state !== 'None'))("refuses another order's slot: %s", async (state) => {
    const fake = createFakeChain({ confirmations: 1 });
    fake.mine({ slot: slotOf(state) });
    const refusal: unknown = await checkIdentity(fake.chain, { settlementKey, fingerprint: others }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(PermanentError);
    expect(refusal).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});
