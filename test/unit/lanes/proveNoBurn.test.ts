import { readFinalSlot } from '../../../src/chains/readFinalSlot';
import { TransientError } from '../../../src/domain/errors';
import type { Slot } from '../../../src/domain/slot';
import type { OperationKey } from '../../../src/lanes/operationKeyOf';
import { proveNoBurn, type NoBurnProof } from '../../../src/lanes/proveNoBurn';
import { addressOf, anOrder } from '../domain/orders';
import { createFakeChain, fingerprint, settlementKey, slotOf, transactionOf, type FakeChain } from './fakeChain';

const burn: OperationKey = { chainId: 31_337, settlementKey, fingerprint, kind: 'Burn', attempt: 0 };
const otherSigner = addressOf(0x98);

interface Facts {
  /** What was signed for the burn; the rest of the facts is about the final block. */
  readonly signed?: readonly ReturnType<typeof transactionOf>[];
  readonly journalCounts?: boolean;
  readonly monotonicTimestamps?: boolean;
  readonly slot?: Slot;
  readonly timestamp?: bigint;
  readonly revoked?: boolean;
  readonly nonces?: Readonly<Record<string, number>>;
  /** What the latest blocks, which are not final, say beyond that. */
  readonly latest?: Parameters<FakeChain['mine']>[0];
}

/** Without a word to the contrary nothing is proved: a burn was signed, can still land, and there is time for it. */
async function worldWith(facts: Facts) {
  const fake = createFakeChain({ confirmations: 3, monotonicTimestamps: facts.monotonicTimestamps ?? true });
  const { slot = slotOf('None'), timestamp = anOrder.validBefore - 1n, revoked = false, nonces = {} } = facts;
  fake.mine({ slot, timestamp, revoked, nonces });
  fake.mine(facts.latest);
  fake.mine(facts.latest);
  const final = await readFinalSlot(fake.chain, burn);
  expect(final.block.number).toBe(1n);
  fake.asked.length = 0;
  const prove = (): Promise<NoBurnProof | null> =>
    proveNoBurn(fake.chain, {
      order: anOrder,
      burn,
      final,
      journaled: (facts.journalCounts ?? true) ? (facts.signed ?? [transactionOf(7)]) : null,
    });
  return { fake, final, prove };
}

const signerOf = transactionOf(0).signer;
const proofOf = async (facts: Facts): Promise<NoBurnProof | null> => (await worldWith(facts)).prove();

describe('that no burn can land', () => {
  it('is not proved by nothing', async () => {
    expect(await proofOf({})).toBeNull();
  });

  it("is proved by another order's slot, for a slot never changes hands; but only by a final one", async () => {
    const taken = { ...slotOf('Burned'), orderHash: `0x${'cd'.repeat(30)}` } as const;
    expect(await proofOf({ slot: taken })).toBe('otherOrder');
    expect(await proofOf({ latest: { slot: taken } })).toBeNull();
  });

  describe('because none was ever signed', () => {
    it('is proved by an empty journal that knows everything', async () => {
      expect(await proofOf({ signed: [] })).toBe('neverSigned');
    });

    it('is not proved by an empty journal that does not', async () => {
      expect(await proofOf({ signed: [], journalCounts: false })).toBeNull();
    });
  });

  describe('because every nonce that carried it is used', () => {
    it.each([
      [6, null],
      [7, null], // the next nonce is the burn's own: it can still land
      [8, 'noncesUsed'],
      [9, 'noncesUsed'],
    ])('with %i transactions of the signer final: %s', async (count, proof) => {
      expect(await proofOf({ nonces: { [signerOf]: count } })).toBe(proof);
    });

    it('takes every nonce, not just the last or the first', async () => {
      const signed = [transactionOf(7), transactionOf(9)];
      expect(await proofOf({ signed, nonces: { [signerOf]: 8 } })).toBeNull();
      expect(await proofOf({ signed, nonces: { [signerOf]: 9 } })).toBeNull();
      expect(await proofOf({ signed, nonces: { [signerOf]: 10 } })).toBe('noncesUsed');
      expect(await proofOf({ signed: [...signed].reverse(), nonces: { [signerOf]: 9 } })).toBeNull();
    });

    it('takes each of its own signer', async () => {
      const signed = [transactionOf(7), transactionOf(2, otherSigner)];
      expect(await proofOf({ signed, nonces: { [signerOf]: 8 } })).toBeNull();
      expect(await proofOf({ signed, nonces: { [otherSigner]: 8 } })).toBeNull();
      expect(await proofOf({ signed, nonces: { [signerOf]: 8, [otherSigner]: 2 } })).toBeNull();
      expect(await proofOf({ signed, nonces: { [signerOf]: 8, [otherSigner]: 3 } })).toBe('noncesUsed');
    });

    it('counts only when the journal knows every transaction', async () => {
      expect(await proofOf({ journalCounts: false, nonces: { [signerOf]: 100 } })).toBeNull();
    });

    it('counts only at the final block', async () => {
      expect(await proofOf({ latest: { nonces: { [signerOf]: 100 } } })).toBeNull();
    });
  });

  describe('because the order ran out', () => {
    it.each([
      [-1n, null],
      [0n, 'expired'],
      [1n, 'expired'],
    ])('at validBefore %i seconds: %s', async (seconds, proof) => {
      expect(await proofOf({ timestamp: anOrder.validBefore + seconds })).toBe(proof);
    });

    it('counts only where block time never decreases', async () => {
      const timestamp = anOrder.validBefore + 1_000_000n;
      expect(await proofOf({ timestamp, monotonicTimestamps: false })).toBeNull();
    });

    it('counts only at the final block', async () => {
      expect(await proofOf({ latest: { timestamp: anOrder.validBefore + 1_000n } })).toBeNull();
    });

    it('needs no journal', async () => {
      expect(await proofOf({ timestamp: anOrder.validBefore, journalCounts: false })).toBe('expired');
    });
  });

  describe('because the holder revoked the order', () => {
    it('is proved by the gateway', async () => {
      expect(await proofOf({ revoked: true })).toBe('revoked');
      expect(await proofOf({ revoked: true, journalCounts: false, monotonicTimestamps: false })).toBe('revoked');
    });

    it('counts only at the final block', async () => {
      expect(await proofOf({ latest: { revoked: true } })).toBeNull();
    });
  });

  it.each<[string, Facts]>([
    ['nothing is signed', { signed: [] }],
    ['every nonce is used', { nonces: { [signerOf]: 100 } }],
    ['the order ran out', { timestamp: anOrder.validBefore + 1n }],
    ['it is revoked', { revoked: true }],
    [
      'all of it is so',
      { signed: [], nonces: { [signerOf]: 100 }, timestamp: anOrder.validBefore + 1n, revoked: true },
    ],
  ])('is never said of a slot that is Burned, though %s', async (_, facts) => {
    expect(await proofOf(facts)).not.toBeNull();
    for (const attempt of [0, 1]) expect(await proofOf({ ...facts, slot: slotOf('Burned', attempt) })).toBeNull();
  });

  it('can be proved of a slot that was refunded before', async () => {
    expect(await proofOf({ slot: slotOf('Refunded', 0), signed: [] })).toBe('neverSigned');
  });

  it('is read from the one final block and from no other', async () => {
    const { fake, final, prove } = await worldWith({ signed: [transactionOf(7), transactionOf(8)] });
    expect(await prove()).toBeNull();
    expect(fake.asked.map(({ question }) => question).sort()).toEqual([
      'getTransactionCount',
      'getTransactionCount',
      'readContract',
    ]);
    expect(new Set(fake.asked.map(({ at }) => at))).toEqual(new Set([final.block.hash]));
  });

  it('is unknown when that block was reorganised away meanwhile', async () => {
    const { fake, prove } = await worldWith({ revoked: true });
    fake.reorg(3);
    await expect(prove()).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });

  it.each(['getTransactionCount', 'readContract'] as const)(
    'is unknown when the node breaks off at %s',
    async (question) => {
      const { fake, prove } = await worldWith({});
      fake.breakAt(question);
      await expect(prove()).rejects.toThrow(TransientError);
    },
  );
});
