import { checkIdentity } from '../../../src/chains/checkIdentity';
import { PermanentError } from '../../../src/domain/errors';
import { slotStates } from '../../../src/domain/slot';
import { createFakeChain, slotOf } from '../lanes/fakeChain';

const { chain } = createFakeChain();

describe('checkIdentity', () => {
  it.each(slotStates)("lets the order's own slot pass, and an empty one: %s", (state) => {
    expect(() => checkIdentity(chain, slotOf(state))).not.toThrow();
  });

  it("refuses another order's", () => {
    const look = () => checkIdentity(chain, { ...slotOf('Burned'), state: 'OtherOrder' });
    expect(look).toThrow(PermanentError);
    expect(look).toThrow('another order stands under this id');
    expect(look).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }) as Error);
  });
});
