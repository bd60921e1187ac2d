import fc from 'fast-check';
import { PermanentError, TransientError } from '../../../src/domain/errors';
import { isApplicable, isApplied, operationKinds, slotStates, type OperationKind } from '../../../src/domain/slot';
import type { LaneOperation } from '../../../src/lanes/lane';
import {
  settleOperation,
  type BeforeBroadcast,
  type Known,
  type SettledOperation,
} from '../../../src/lanes/settleOperation';
import { anOrder } from '../domain/orders';
import {
  createFakeChain,
  createFakeLanes,
  fingerprint,
  owner,
  paceWith,
  settlementKey,
  slotOf,
  transactionOf,
  type FakeChain,
} from './fakeChain';

const mintOf = (attempt: number): LaneOperation => ({
  kind: 'Mint',
  attempt,
  order: anOrder,
  settlementId: anOrder.settlementId,
  settlementKey,
  fingerprint,
  owner,
  signature: '0x',
});
const mint = mintOf(0);
const minted = slotOf('Minted');
const applied = { name: 'OperationApplied', kind: 'Mint', attempt: 0 } as const;
/** bytes4 of keccak256("RateLimited()"). */
const rateLimited = '0x3f7b7a68';
const refused = { name: 'OperationRefused', kind: 'Mint', attempt: 0, reason: rateLimited } as const;

/** One settlement on one chain with three confirmations, as an execution of its activity finds it. */
function newWorld() {
  const fake = createFakeChain({ confirmations: 3 });
  const lane = createFakeLanes(fake.chain);
  const looks: bigint[] = [];
  const settle = (
    turns: readonly (() => void)[] = [],
    { operation = mint, cancelled, before, known = {} }: Options = {},
  ): Promise<SettledOperation> => {
    const look: BeforeBroadcast = async (final) => {
      looks.push(final.block.number);
      await before?.(final);
    };
    return settleOperation(lane, operation, paceWith(turns, cancelled ? { cancelled } : {}), look, known);
  };
  const mineDeep = (): void => [1, 2, 3].forEach(() => fake.mine());
  return { fake, lane, looks, settle, mineDeep };
}

interface Options {
  readonly operation?: LaneOperation;
  readonly cancelled?: () => boolean;
  readonly before?: BeforeBroadcast;
  readonly known?: Known;
}

/** Settling goes on and on: the pace has to end it. */
const stillWaiting = { code: 'AWAITING_FINALITY' };

describe('an operation that is final in the slot', () => {
  it.each(operationKinds)('is applied without a word to the node: %s', async (kind) => {
    const { fake, lane, looks, settle, mineDeep } = newWorld();
    const slots = {
      Burn: 'Burned',
      Refund: 'Refunded',
      Mint: 'Minted',
      CancelMint: 'Cancelled',
      ReverseMint: 'Reversed',
    } as const;
    fake.mine({ slot: slotOf(slots[kind], 2) });
    mineDeep();
    const settled = await settle([], { operation: { ...mintOf(2), kind } });
    expect(settled).toMatchObject({ kind: 'applied', final: { slot: { state: slots[kind], attempt: 2 } } });
    expect(lane.sent).toEqual([]);
    expect(looks).toEqual([]);
  });

  it('is what every slot says, whatever the operation: applied, superseded, or sent once', async () => {
    const few = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...slotStates),
        few,
        fc.constantFrom(...operationKinds),
        few,
        async (state, at, kind: OperationKind, attempt) => {
          const { fake, lane, settle, mineDeep } = newWorld();
          const slot = slotOf(state, at);
          fake.mine({ slot });
          mineDeep();
          const answer: unknown = await settle([], { operation: { ...mintOf(attempt), kind } }).catch(
            (error: unknown) => error,
          );
          if (isApplied(slot, kind, attempt)) expect(answer).toMatchObject({ kind: 'applied' });
          else if (isApplicable(slot, kind, attempt)) expect(answer).toMatchObject(stillWaiting);
          else expect(answer).toMatchObject({ kind: 'superseded' });
          expect(lane.sent).toHaveLength(isApplicable(slot, kind, attempt) ? 1 : 0);
        },
      ),
    );
  });

  it("is never another order's: what that one did under the same id is neither taken for ours nor added to", async () => {
    for (const kind of ['Burn', 'Mint', 'CancelMint'] as const) {
      for (const state of slotStates.filter((one) => one !== 'None')) {
        const { fake, lane, settle, mineDeep } = newWorld();
        fake.mine({ slot: { ...slotOf(state), orderHash: `0x${'cd'.repeat(30)}` } });
        // Not final yet: nothing to send, it can only become final.
        await expect(settle([], { operation: { ...mint, kind } })).rejects.toMatchObject(stillWaiting);
        mineDeep();
        const settled = await settle([], { operation: { ...mint, kind } });
        expect(settled).toMatchObject({ kind: 'superseded', final: { slot: { state: 'OtherOrder' } } });
        expect(lane.sent).toEqual([]);
      }
    }
  });

  it('is told with the one block its slot was read at', async () => {
    const { fake, settle, mineDeep } = newWorld();
    fake.mine({ slot: minted });
    mineDeep();
    const { final } = await settle();
    expect(final.block.number).toBe(fake.head().number - 2n);
    const read = fake.asked.filter(({ question }) => question === 'readContract').map(({ at }) => at);
    expect(read.filter((at) => at !== 'latest')).toEqual([final.block.hash]);
  });
});

describe('an operation that is in the latest block and not final', () => {
  it('is waited for, a turn at a time, and not sent', async () => {
    const { fake, lane, looks, settle } = newWorld();
    fake.mine({ slot: minted });
    const settled = await settle([() => fake.mine(), () => fake.mine()]);
    expect(settled).toMatchObject({ kind: 'applied', final: { block: { number: 1n } } });
    expect(lane.sent).toEqual([]);
    expect(looks).toEqual([]);
  });

  it('is not believed however long it stands there', async () => {
    const { fake, lane, settle } = newWorld();
    fake.mine({ slot: minted });
    await expect(settle([() => undefined, () => undefined, () => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual([]);
  });
});

describe('an operation that the slot could take', () => {
  it('is sent once and settled when it is final', async () => {
    const { fake, lane, looks, settle } = newWorld();
    const include = (): void => fake.mine({ slot: minted }, [{ transaction: transactionOf(0), event: applied }]);
    const settled = await settle([include, () => fake.mine(), () => fake.mine()]);
    expect(settled.kind).toBe('applied');
    expect(lane.sent).toEqual([transactionOf(0).raw]);
    expect(lane.signed).toHaveLength(1);
    expect(looks).toHaveLength(1);
  });

  it('is sent as the same bytes again while it is not in', async () => {
    const { lane, fake, looks, settle } = newWorld();
    await expect(settle([() => undefined, () => fake.mine(), () => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual(Array(4).fill(transactionOf(0).raw));
    expect(lane.signed).toHaveLength(1);
    expect(lane.signed).toHaveLength(1);
    expect(looks).toHaveLength(4);
  });

  it('is signed anew once its nonce finally went to another transaction', async () => {
    const { fake, lane, looks, settle, mineDeep } = newWorld();
    const stranger = (): void => {
      fake.mine({ nonces: { [transactionOf(0).signer]: 1 } });
      mineDeep();
    };
    const include = (): void => {
      fake.mine({ slot: minted }, [{ transaction: transactionOf(1), event: applied }]);
      mineDeep();
    };
    expect((await settle([stranger, include])).kind).toBe('applied');
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(1).raw]);
    // The look that allowed the first transaction does not allow the second.
    expect(looks).toHaveLength(2);
  });

  it('is not signed anew while another transaction holds its nonce in the latest blocks only', async () => {
    const { fake, lane, settle } = newWorld();
    const stranger = (): void => fake.mine({ nonces: { [transactionOf(0).signer]: 1 } });
    await expect(settle([stranger, () => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.signed).toHaveLength(1);
    expect(lane.sent).toEqual(Array(3).fill(transactionOf(0).raw));
  });

  it('is sent as the same bytes again when a reorg drops it, and settles once it is in again', async () => {
    const { fake, lane, looks, settle, mineDeep } = newWorld();
    const include = (): void => fake.mine({ slot: minted }, [{ transaction: transactionOf(0), event: applied }]);
    const dropped = (): void => {
      fake.reorg(1);
      fake.mine();
    };
    const settled = await settle([
      include,
      dropped,
      () => {
        expect(lane.sent).toHaveLength(2);
        include();
        mineDeep();
      },
    ]);
    expect(settled.kind).toBe('applied');
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(0).raw]);
    expect(looks).toHaveLength(2);
  });
});

describe('a refusal', () => {
  const include = (fake: FakeChain): void => fake.mine({}, [{ transaction: transactionOf(0), event: refused }]);

  it('is an answer once it is final, with its reason', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const settled = await settle([
      () => {
        include(fake);
        mineDeep();
      },
    ]);
    expect(settled).toMatchObject({ kind: 'refused', reason: 'RateLimited' });
    expect(lane.sent).toHaveLength(1);
  });

  it('is waited for while it is not', async () => {
    const { fake, lane, settle } = newWorld();
    await expect(settle([() => include(fake), () => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toHaveLength(1);
    // One block more and it is final.
    const { fake: other, settle: settleOther } = newWorld();
    const turns = [() => include(other), () => other.mine(), () => other.mine()];
    expect((await settleOther(turns)).kind).toBe('refused');
  });

  it('counts for nothing when a reorg takes it back', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const reorg = (): void => {
      fake.reorg(1);
      fake.mine({ slot: minted }, [{ transaction: transactionOf(0), event: applied }]);
      mineDeep();
    };
    expect((await settle([() => include(fake), reorg])).kind).toBe('applied');
    expect(lane.signed).toHaveLength(1);
  });

  it('of an earlier execution does not bind this one', async () => {
    const { fake, lane, looks, settle, mineDeep } = newWorld();
    await expect(settle()).rejects.toMatchObject(stillWaiting);
    include(fake);
    mineDeep();
    const land = (): void => {
      fake.mine({ slot: minted }, [{ transaction: transactionOf(1), event: applied }]);
      mineDeep();
    };
    expect((await settle([land])).kind).toBe('applied');
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(1).raw]);
    expect(looks).toHaveLength(2);
  });

  it.each([
    { ...refused, kind: 'CancelMint' as const },
    { ...refused, attempt: 1 },
  ])('of another operation in the same transaction is not ours: $kind $attempt', async (event) => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const land = (): void => {
      fake.mine({}, [{ transaction: transactionOf(0), event }]);
      mineDeep();
    };
    await expect(settle([land])).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(lane.sent).toHaveLength(1);
  });
});

describe('what an earlier execution sent', () => {
  async function earlierSent() {
    const world = newWorld();
    await expect(world.settle()).rejects.toMatchObject(stillWaiting);
    world.looks.length = 0;
    return world;
  }

  it('is followed: the same bytes again, and nothing new', async () => {
    const { lane, looks, settle } = await earlierSent();
    await expect(settle([() => undefined])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual(Array(3).fill(transactionOf(0).raw));
    expect(looks).toHaveLength(2);
  });

  it('is given up when its nonce finally went to another transaction', async () => {
    const { fake, lane, settle, mineDeep } = await earlierSent();
    fake.mine({ nonces: { [transactionOf(0).signer]: 1 } });
    mineDeep();
    await expect(settle([])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(1).raw]);
  });

  it('keeps a cancel from ending the settlement: it may still land', async () => {
    const { lane, settle } = await earlierSent();
    const options = { cancelled: () => true };
    await expect(settle([() => undefined], options)).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual(Array(3).fill(transactionOf(0).raw));
  });

  it('is not looked for when the ledger just said that there is nothing', async () => {
    const { lane, settle } = newWorld();
    const asked = jest.spyOn(lane, 'journaled');
    await expect(settle([], { known: { nothingJournaled: true } })).rejects.toMatchObject(stillWaiting);
    expect(asked).not.toHaveBeenCalled();
    await expect(settle()).rejects.toMatchObject(stillWaiting);
    expect(asked).toHaveBeenCalled();
  });
});

describe('slots that were just read', () => {
  it('are not read again before the first send, and are not believed after it', async () => {
    const { fake, lane, settle } = newWorld();
    const slots = { final: { block: fake.head(), slot: slotOf('None') }, latest: slotOf('None') };
    fake.asked.length = 0;
    await expect(settle([], { known: { nothingJournaled: true, slots } })).rejects.toMatchObject(stillWaiting);
    expect(fake.asked).toEqual([]);
    expect(lane.sent).toHaveLength(1);
    fake.mine({ slot: minted });
    const settled = await settle([() => fake.mine(), () => fake.mine()], { known: { slots } });
    expect(settled.kind).toBe('applied');
  });
});

describe('an operation that the ledger does not let out', () => {
  it('is told with the reason, and nothing is sent', async () => {
    const { lane, settle } = newWorld();
    lane.refuse('noMintMark');
    expect(await settle()).toMatchObject({ kind: 'withheld', reason: 'noMintMark' });
    expect(lane.sent).toEqual([]);
  });
});

describe('news of the operation', () => {
  it('that it is final settles it, with the transaction that applied it', async () => {
    const { fake, lane, settle } = newWorld();
    const block = { number: 7n, hash: fake.head().hash, timestamp: 7n };
    const transactionHash = transactionOf(0).hash;
    lane.tell({ kind: 'final', slot: minted, block, transactionHash });
    expect(await settle([() => undefined])).toMatchObject({
      kind: 'applied',
      final: { slot: minted, block },
      transactionHash,
    });
    expect(lane.sent).toHaveLength(1);
  });

  it('that the slot moved past it makes it look again, for the block that shows it may be older than the question', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const block = { number: 7n, hash: fake.head().hash, timestamp: 7n };
    lane.tell({ kind: 'superseded', slot: slotOf('Reversed'), block });
    await expect(settle([() => undefined])).rejects.toMatchObject(stillWaiting);

    lane.tell({ kind: 'superseded', slot: slotOf('Reversed'), block });
    const settled = settle([() => (fake.mine({ slot: slotOf('Reversed') }), mineDeep())]);
    expect(await settled).toMatchObject({ kind: 'superseded', final: { slot: { state: 'Reversed' } } });
  });

  it('that a reorg dropped it makes it look again', async () => {
    const { lane, settle } = newWorld();
    lane.tell({ kind: 'dropped', transactionHash: transactionOf(0).hash });
    await expect(settle([() => undefined])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual(Array(2).fill(transactionOf(0).raw));
  });
});

describe('an operation that the slot has moved past', () => {
  it('is superseded when that is final, and nothing is sent', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    fake.mine({ slot: slotOf('Cancelled', 0) });
    mineDeep();
    expect(await settle()).toMatchObject({ kind: 'superseded', final: { slot: { state: 'Cancelled', attempt: 0 } } });
    expect(lane.sent).toEqual([]);
  });

  it('is waited for while that is only in the latest block', async () => {
    const { fake, lane, settle } = newWorld();
    fake.mine({ slot: slotOf('Cancelled', 0) });
    await expect(settle([() => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual([]);
  });

  it('is sent after all when a reorg brings the slot back', async () => {
    const { fake, lane, settle } = newWorld();
    fake.mine({ slot: slotOf('Cancelled', 0) });
    const back = (): void => {
      fake.reorg(1);
      fake.mine();
    };
    await expect(settle([back])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toHaveLength(1);
  });
});

describe('a cancel', () => {
  it('before anything was sent keeps it from being sent', async () => {
    const { lane, looks, settle } = newWorld();
    expect(await settle([], { cancelled: () => true })).toMatchObject({
      kind: 'cancelled',
      final: { slot: slotOf('None') },
    });
    expect(lane.sent).toEqual([]);
    expect(looks).toEqual([]);
    expect(lane.signed).toHaveLength(0);
  });

  it('after it was sent is not heard: the slot decides', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    let cancelled = false;
    const cancel = (): void => {
      cancelled = true;
    };
    const include = (): void => {
      fake.mine({ slot: minted }, [{ transaction: transactionOf(0), event: applied }]);
      mineDeep();
    };
    const settled = await settle([cancel, include], { cancelled: () => cancelled });
    expect(settled.kind).toBe('applied');
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(0).raw]);
  });

  it('does not undo what the slot already shows', async () => {
    const { fake, settle, mineDeep } = newWorld();
    fake.mine({ slot: minted });
    const cancelled = (): boolean => true;
    await expect(settle([], { cancelled })).rejects.toMatchObject(stillWaiting);
    mineDeep();
    expect((await settle([], { cancelled })).kind).toBe('applied');
  });

  it('keeps a second transaction from being sent when the first can never land', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    let cancelled = false;
    const stranger = (): void => {
      fake.mine({ nonces: { [transactionOf(0).signer]: 1 } });
      mineDeep();
      cancelled = true;
    };
    expect((await settle([stranger], { cancelled: () => cancelled })).kind).toBe('cancelled');
    expect(lane.sent).toHaveLength(1);
  });
});

describe('the look before a broadcast', () => {
  it('that throws keeps anything from being signed, and its error is the answer', async () => {
    const { lane, settle } = newWorld();
    for (const error of [
      new PermanentError('EXPIRED', 'too late'),
      new TransientError('OUTCOME_UNKNOWN', 'no proof'),
    ]) {
      await expect(settle([], { before: () => Promise.reject(error) })).rejects.toBe(error);
    }
    expect(lane.signed).toEqual([]);
    expect(lane.sent).toEqual([]);
    expect(lane.signed).toHaveLength(0);
  });

  it('is given the final slot that the decision was made on', async () => {
    const { fake, settle, mineDeep } = newWorld();
    mineDeep();
    const before: BeforeBroadcast = async ({ block, slot }) => {
      expect(block.number).toBe(fake.head().number - 2n);
      expect(slot.state).toBe('None');
    };
    await expect(settle([], { before })).rejects.toMatchObject(stillWaiting);
    expect.assertions(3);
  });
});

describe('what cannot be known', () => {
  it.each(['getBlock', 'readContract'] as const)(
    'leaves everything unsent when the node breaks off at %s',
    async (question) => {
      const { fake, lane, settle } = newWorld();
      fake.breakAt(question);
      const refusal: unknown = await settle().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TransientError);
      expect(refusal).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
      expect(lane.sent).toEqual([]);
    },
  );

  it.each(['getTransactionReceipt', 'getTransactionCount'] as const)(
    'leaves nothing sent a second time when the node breaks off at %s',
    async (question) => {
      const { fake, lane, settle } = newWorld();
      await expect(settle([() => fake.breakAt(question)])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
      expect(lane.sent).toHaveLength(1);
      // Healed, the next execution goes on with the same bytes.
      fake.breakAt(null);
      await expect(settle()).rejects.toMatchObject(stillWaiting);
      expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(0).raw]);
    },
  );

  it('is held when a final receipt says applied and the final slot does not', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const twoViews = (): void => {
      fake.mine({}, [{ transaction: transactionOf(0), event: applied }]);
      mineDeep();
    };
    await expect(settle([twoViews])).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(lane.sent).toHaveLength(1);
  });

  it('is held while a transaction that reverted as a whole is not final', async () => {
    const { fake, lane, settle } = newWorld();
    const revert = (): void => fake.mine({}, [{ transaction: transactionOf(0), event: null }]);
    await expect(settle([revert, () => fake.mine()])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toHaveLength(1);
  });

  it('is tried anew when its transaction finally reverted as a whole', async () => {
    const { fake, lane, settle, mineDeep } = newWorld();
    const revert = (): void => {
      fake.mine({}, [{ transaction: transactionOf(0), event: null }]);
      mineDeep();
    };
    await expect(settle([revert])).rejects.toMatchObject(stillWaiting);
    expect(lane.sent).toEqual([transactionOf(0).raw, transactionOf(1).raw]);
  });
});
