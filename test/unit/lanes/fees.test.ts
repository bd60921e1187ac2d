import fc from 'fast-check';
import type { PublicClient } from 'viem';
import type { Chain } from '../../../src/chains/chain';
import { bumpedFees, cappedFees, createFeeSource, readFees, type Fees } from '../../../src/lanes/fees';

const wei = fc.bigInt({ min: 0n, max: 10n ** 14n });
const fees = fc
  .tuple(wei, wei)
  .map(([one, other]): Fees =>
    one > other
      ? { maxFeePerGas: one, maxPriorityFeePerGas: other }
      : { maxFeePerGas: other, maxPriorityFeePerGas: one },
  );

describe('the fees of a replacement', () => {
  it('are at least 10 % more of both, never over the cap, and never a tip above the whole', () => {
    fc.assert(
      fc.property(fees, fees, wei, (before, now, cap) => {
        const bumped = bumpedFees(before, now, cap);
        if (!bumped) return;
        expect(bumped.maxFeePerGas * 10n).toBeGreaterThanOrEqual(before.maxFeePerGas * 11n);
        expect(bumped.maxPriorityFeePerGas * 10n).toBeGreaterThanOrEqual(before.maxPriorityFeePerGas * 11n);
        expect(bumped.maxFeePerGas).toBeGreaterThan(before.maxFeePerGas);
        expect(bumped.maxPriorityFeePerGas).toBeGreaterThan(before.maxPriorityFeePerGas);
        expect(bumped.maxFeePerGas).toBeLessThanOrEqual(cap);
        expect(bumped.maxPriorityFeePerGas).toBeLessThanOrEqual(bumped.maxFeePerGas);
      }),
    );
  });

  it('are what the chain asks now, when that is more, as far as the cap allows', () => {
    const before = { maxFeePerGas: 100n, maxPriorityFeePerGas: 10n };
    const now = { maxFeePerGas: 900n, maxPriorityFeePerGas: 40n };
    expect(bumpedFees(before, now, 1_000n)).toEqual(now);
    // A chain that asks for more than the cap is no reason to offer less than the cap.
    expect(bumpedFees(before, now, 500n)).toEqual({ maxFeePerGas: 500n, maxPriorityFeePerGas: 40n });
    expect(bumpedFees(before, { ...now, maxPriorityFeePerGas: 800n }, 500n)).toEqual({
      maxFeePerGas: 500n,
      maxPriorityFeePerGas: 500n,
    });
  });

  it('grow even from nothing', () => {
    const nothing = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
    expect(bumpedFees(nothing, nothing, 10n)).toEqual({ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
  });

  it('do not exist when enough more is over the cap, whatever the chain asks', () => {
    const before = { maxFeePerGas: 80n, maxPriorityFeePerGas: 8n };
    const little = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    expect(bumpedFees(before, little, 91n)).toEqual({ maxFeePerGas: 91n, maxPriorityFeePerGas: 10n });
    expect(bumpedFees(before, little, 90n)).toBeNull();
    fc.assert(
      fc.property(fees, fees, wei, (first, now, cap) => {
        const enough = (first.maxFeePerGas * 9n) / 8n + 1n;
        expect(bumpedFees(first, now, cap) === null).toBe(enough > cap);
      }),
    );
  });
});

describe('capped fees', () => {
  it('are the given ones, each at most the cap', () => {
    fc.assert(
      fc.property(fees, wei, (given, cap) => {
        const capped = cappedFees(given, cap);
        for (const fee of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
          expect(capped[fee]).toBe(given[fee] < cap ? given[fee] : cap);
        }
        expect(capped.maxPriorityFeePerGas).toBeLessThanOrEqual(capped.maxFeePerGas);
      }),
    );
  });
});

/** A chain whose fees and whose answers are in the test's hands. */
function feeChain() {
  const state = { baseFeePerGas: 100n as bigint | null, tip: 7n, asked: 0, answers: Promise.resolve() };
  const client = {
    async getBlock() {
      state.asked += 1;
      const { baseFeePerGas } = state;
      await state.answers;
      return { baseFeePerGas };
    },
    estimateMaxPriorityFeePerGas: async () => state.tip,
  };
  const chain = { config: { name: 'alder' }, client: client as unknown as PublicClient } as Chain;
  return { state, chain };
}

const offer = (baseFee: bigint, tip = 7n): Fees => ({ maxFeePerGas: baseFee * 2n + tip, maxPriorityFeePerGas: tip });

describe('what a chain asks', () => {
  it('leaves room for the base fee to double', async () => {
    const { chain, state } = feeChain();
    expect(await readFees(chain)).toEqual(offer(100n));
    state.baseFeePerGas = null; // a chain without EIP-1559
    expect(await readFees(chain)).toEqual(offer(0n));
  });

  it('is unknown, and not zero, while it does not answer', async () => {
    const { chain, state } = feeChain();
    state.answers = Promise.reject(new Error('connection reset'));
    await expect(createFeeSource(chain)()).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });
});

describe('the fee source', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('asks once for many at once, and once a second', async () => {
    const { chain, state } = feeChain();
    const source = createFeeSource(chain);
    expect(await Promise.all([source(), source(), source()])).toEqual(Array(3).fill(offer(100n)));
    jest.advanceTimersByTime(1_000);
    await source();
    expect(state.asked).toBe(1);
  });

  it('does not make anybody wait for an answer that is a few seconds old', async () => {
    const { chain, state } = feeChain();
    const source = createFeeSource(chain);
    await source();
    jest.advanceTimersByTime(1_001);
    state.baseFeePerGas = 200n;
    expect(await source()).toEqual(offer(100n));
    await settle();
    expect(await source()).toEqual(offer(200n));
    expect(state.asked).toBe(2);
  });

  it('lives on an old answer for ten seconds while the chain is silent, and not longer', async () => {
    const { chain, state } = feeChain();
    const source = createFeeSource(chain);
    await source();
    state.answers = Promise.reject(new Error('connection reset'));
    state.answers.catch(() => undefined);
    jest.advanceTimersByTime(10_000);
    expect(await source()).toEqual(offer(100n));
    await settle();
    jest.advanceTimersByTime(1);
    await expect(source()).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    state.answers = Promise.resolve();
    expect(await source()).toEqual(offer(100n));
  });
});
