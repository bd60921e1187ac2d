import type { ErrorCode } from '../../../src/domain/errorCodes';
import type { Resolution } from '../../../src/domain/messages';
import { answers, held, refuses, stumbles, throwsBug } from './behaviours';
import {
  burned,
  expired,
  minted,
  mintStands,
  nothingBurned,
  orderFor,
  refunded,
  reversed,
  signature,
  tombstoned,
} from './fixtures';
import type { Scenario } from './scenario';
import type { SettlementRun } from './settlementRun';

const operator = (action: Resolution['action']): Resolution => ({ action, by: 'olga', evidence: 'ticket 17' });
const calledOperator = (run: SettlementRun) => run.untilRecord(({ needsOperator }) => needsOperator);

const toBurned = ['PROCESSING', 'BURNING', 'BURNED'];
const toMinting = [...toBurned, 'MINTING'];
const toCompensating = [...toMinting, 'COMPENSATING'];
const toCompleted = [...toMinting, 'MINTED', 'COMPLETED'];

const happy = { burn: [answers(burned())], mint: [answers(minted)] };
const undoing = { cancelMint: [answers(tombstoned)], refund: [answers(refunded)] };

/** Nothing in the way, or only for a while. */
const forward: readonly Scenario[] = [
  {
    name: 'completes',
    tells: 'burn, mint, done',
    play: () => ({
      script: happy,
      expected: { status: 'COMPLETED', steps: ['burn', 'mint'], story: toCompleted, upserts: 1 },
    }),
  },
  {
    name: 'completes-when-started-raw',
    tells: 'started without our client, it tells its own search attributes',
    play: () => ({
      script: happy,
      raw: true,
      expected: { status: 'COMPLETED', steps: ['burn', 'mint'], story: toCompleted, upserts: 2 },
    }),
  },
  {
    name: 'transient-errors-are-tried-again',
    tells: 'whatever is unknown is asked again, a bug in an activity too',
    play: () => ({
      script: {
        burn: [stumbles('CHAIN_UNAVAILABLE'), stumbles('AWAITING_FINALITY'), answers(burned())],
        mint: [throwsBug('mock: undefined is not a function'), stumbles('TRANSIENT_REFUSAL'), answers(minted)],
      },
      expected: {
        status: 'COMPLETED',
        steps: ['burn', 'burn', 'burn', 'mint', 'mint', 'mint'],
        story: toCompleted,
        upserts: 1,
      },
    }),
  },
  {
    name: 'next-attempt-after-a-refund',
    tells: 'a retry run tells the burn that it is one, and works on the attempt that the burn read',
    play: () => ({
      script: { ...happy, burn: [answers(burned({ attempt: 1 }))] },
      args: (id) => [orderFor(id), signature, { kind: 'retry' }],
      expected: { status: 'COMPLETED', attempt: 1, steps: ['burn', 'mint'], story: toCompleted, upserts: 1 },
    }),
  },
  {
    name: 'unknown-signal',
    tells: 'a signal that nobody defined does no harm',
    play: () => {
      const mint = held(answers(minted));
      return {
        script: { ...happy, mint: [mint.behaviour] },
        drive: async (run) => {
          await mint.entered;
          await run.handle.signal('refundEverything', { now: true });
          await run.record();
          mint.release();
        },
        expected: { status: 'COMPLETED', steps: ['burn', 'mint'], story: toCompleted, upserts: 1 },
      };
    },
  },
];

/** The burn's definite no: nothing was burned, nothing is given back. */
const burnRefusals: readonly Scenario[] = [
  {
    name: 'burn-refused',
    tells: 'a refused burn fails the settlement, and nothing is undone',
    play: () => ({
      script: { burn: [refuses('INSUFFICIENT_FUNDS')] },
      expected: {
        status: 'FAILED',
        errorCode: 'INSUFFICIENT_FUNDS',
        compensated: false,
        steps: ['burn'],
        story: ['PROCESSING', 'BURNING', 'FAILED', 'because INSUFFICIENT_FUNDS'],
        upserts: 1,
      },
    }),
  },
];

/** The mint does not come about: no mint can land any more, and then the tokens go back. */
const compensations: readonly Scenario[] = [
  {
    name: 'mint-refused',
    tells: 'a refused mint: first no mint can land any more, then the refund',
    play: () => ({
      script: { ...happy, ...undoing, mint: [refuses('MINT_REFUSED')] },
      expected: {
        status: 'FAILED',
        errorCode: 'MINT_REFUSED',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because MINT_REFUSED'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'mint-window-over',
    tells: 'a destination that does not answer within its window: the tokens go back',
    play: () => ({
      script: {
        ...undoing,
        burn: [answers(burned({ mintWindowMs: 300 }))],
        mint: [stumbles('CHAIN_UNAVAILABLE', 'mock: birch is away', 5_000)],
      },
      expected: {
        status: 'FAILED',
        errorCode: 'MINT_WINDOW_OVER',
        errorMessage: 'the mint did not become final within its window (last: mock: birch is away)',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because MINT_WINDOW_OVER'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'mint-window-over-in-flight',
    tells: 'a mint that is still being waited for when its window ends',
    play: () => {
      const mint = held(answers(minted), 'goesOn');
      return {
        script: { ...undoing, burn: [answers(burned({ mintWindowMs: 300 }))], mint: [mint.behaviour] },
        drive: async (run) => {
          await run.performance.entered('refund');
          mint.release();
        },
        expected: {
          status: 'FAILED',
          errorCode: 'MINT_WINDOW_OVER',
          compensated: true,
          steps: ['burn', 'mint', 'cancelMint', 'refund'],
          story: [...toCompensating, 'FAILED', 'because MINT_WINDOW_OVER'],
          upserts: 2,
        },
      };
    },
  },
  {
    name: 'mint-unknown-then-found',
    tells: 'the slot says minted after all: forward, never a refund',
    play: () => ({
      script: {
        burn: [answers(burned({ mintWindowMs: 300 }))],
        mint: [stumbles('CHAIN_UNAVAILABLE', 'mock: birch is away', 5_000), answers(minted)],
        cancelMint: [answers(mintStands)],
      },
      expected: {
        status: 'COMPLETED',
        steps: ['burn', 'mint', 'cancelMint', 'mint'],
        story: [...toCompensating, 'MINTED', 'COMPLETED'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'order-expired',
    tells: 'an order that ran out on the destination needs no tombstone: the time is the proof',
    play: () => ({
      script: { ...happy, ...undoing, mint: [refuses('EXPIRED')], cancelMint: [answers(expired)] },
      expected: {
        status: 'FAILED',
        errorCode: 'EXPIRED',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because EXPIRED'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'nothing-was-burned',
    tells: 'a refund that finds no burn gives nothing back and says so',
    play: () => ({
      script: { ...happy, ...undoing, mint: [refuses('MINT_REFUSED')], refund: [answers(nothingBurned)] },
      expected: {
        status: 'FAILED',
        errorCode: 'MINT_REFUSED',
        compensated: false,
        steps: ['burn', 'mint', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because MINT_REFUSED'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'mint-refused-without-a-code',
    tells: 'a final failure that is none of ours is told as a bug, and the tokens go back all the same',
    play: () => ({
      script: { ...happy, ...undoing, mint: [refuses('ERR_OUT_OF_RANGE' as ErrorCode, 'mock: offset 32 of 0')] },
      expected: {
        status: 'FAILED',
        errorCode: 'INTERNAL',
        errorMessage: 'mock: offset 32 of 0',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because INTERNAL'],
        upserts: 2,
      },
    }),
  },
  {
    name: 'undo-meets-transient-errors',
    tells: 'an undo asks again by itself while the outcome is unknown, and calls nobody',
    play: () => ({
      script: {
        ...happy,
        mint: [refuses('MINT_REFUSED')],
        cancelMint: [stumbles('OUTCOME_UNKNOWN'), stumbles('CHAIN_UNAVAILABLE'), answers(tombstoned)],
        refund: [stumbles('OUTCOME_UNKNOWN'), answers(refunded)],
      },
      expected: {
        status: 'FAILED',
        errorCode: 'MINT_REFUSED',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'cancelMint', 'cancelMint', 'refund', 'refund'],
        story: [...toCompensating, 'FAILED', 'because MINT_REFUSED'],
        upserts: 2,
      },
    }),
  },
];

/** What cannot be undone alone: it holds, calls an operator, and goes on at their word. */
const operatorsWords: readonly Scenario[] = [
  {
    name: 'refund-refused-then-resolved',
    tells: 'a refund refused for good holds with an operator called; their word tries it again',
    play: () => ({
      script: {
        ...happy,
        ...undoing,
        mint: [refuses('MINT_REFUSED')],
        refund: [refuses('REFUND_REFUSED'), answers(refunded)],
      },
      drive: async (run) => {
        await calledOperator(run);
        await run.resolve(operator('refund'));
      },
      expected: {
        status: 'FAILED',
        errorCode: 'MINT_REFUSED',
        compensated: true,
        steps: ['burn', 'mint', 'cancelMint', 'refund', 'refund'],
        story: [...toCompensating, 'needs an operator: REFUND_REFUSED', 'FAILED', 'because MINT_REFUSED'],
        upserts: 4,
      },
    }),
  },
  {
    name: 'refund-refused-then-retried',
    tells: 'the caller may go forward instead, and then no operator is needed any more',
    play: () => {
      const mint = held(answers(minted));
      return {
        script: {
          ...happy,
          ...undoing,
          mint: [refuses('MINT_REFUSED'), mint.behaviour],
          refund: [refuses('REFUND_REFUSED')],
        },
        drive: async (run) => {
          await calledOperator(run);
          await run.update('retry');
          await mint.entered;
          await run.untilRecord(({ status, needsOperator }) => status === 'MINTING' && !needsOperator);
          mint.release();
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'cancelMint', 'refund', 'mint'],
          story: [...toCompensating, 'needs an operator: REFUND_REFUSED', 'MINTING', 'MINTED', 'COMPLETED'],
          upserts: 4,
        },
      };
    },
  },
  {
    name: 'tombstone-refused-then-found-minted',
    tells: 'while a mint could land nothing is refunded; asked to look again, it finds the mint and goes forward',
    play: () => ({
      script: {
        ...happy,
        mint: [refuses('MINT_REFUSED'), answers(minted)],
        cancelMint: [refuses('CONTRADICTION'), answers(mintStands)],
      },
      drive: async (run) => {
        await calledOperator(run);
        await run.resolve(operator('complete'));
      },
      expected: {
        status: 'COMPLETED',
        steps: ['burn', 'mint', 'cancelMint', 'cancelMint', 'mint'],
        story: [...toCompensating, 'needs an operator: CONTRADICTION', 'MINTED', 'COMPLETED'],
        upserts: 4,
      },
    }),
  },
  {
    name: 'slow-undo',
    tells: 'an undo that takes long calls an operator, is tried on, and lets the operator go when it is through',
    play: () => {
      const cancelMint = held(answers(tombstoned));
      return {
        script: {
          ...undoing,
          burn: [answers(burned({ undoAlarmMs: 2_000 }))],
          mint: [refuses('MINT_REFUSED')],
          cancelMint: [cancelMint.behaviour],
        },
        drive: async (run) => {
          await calledOperator(run);
          cancelMint.release();
        },
        expected: {
          status: 'FAILED',
          errorCode: 'MINT_REFUSED',
          compensated: true,
          steps: ['burn', 'mint', 'cancelMint', 'refund'],
          story: [...toCompensating, 'needs an operator: OUTCOME_UNKNOWN', 'FAILED', 'because MINT_REFUSED'],
          upserts: 4,
        },
      };
    },
  },
  {
    name: 'resolved-while-the-undo-runs',
    tells: 'a word to "refund" while the refund is under way changes nothing',
    play: () => {
      const refund = held(answers(refunded));
      return {
        script: { ...happy, ...undoing, mint: [refuses('MINT_REFUSED')], refund: [refund.behaviour] },
        drive: async (run) => {
          await refund.entered;
          await run.resolve(operator('refund'));
          refund.release();
        },
        expected: {
          status: 'FAILED',
          errorCode: 'MINT_REFUSED',
          compensated: true,
          steps: ['burn', 'mint', 'cancelMint', 'refund'],
          story: [...toCompensating, 'FAILED', 'because MINT_REFUSED'],
          upserts: 2,
        },
      };
    },
  },
  {
    name: 'burn-vanished-then-completed',
    tells: 'minted and the burn gone: nothing moves until an operator had it looked at again',
    play: () => {
      const look = held(refuses('BURN_VANISHED'));
      return {
        script: { ...happy, mint: [refuses('BURN_VANISHED'), look.behaviour, answers(minted)] },
        drive: async (run) => {
          await calledOperator(run);
          await run.resolve(operator('complete'));
          await look.entered;
          await run.resolve(operator('complete'));
          look.release();
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'mint', 'mint'],
          story: [
            ...toMinting,
            'MINTED',
            'needs an operator: BURN_VANISHED',
            'needs an operator: BURN_VANISHED',
            'COMPLETED',
          ],
          upserts: 3,
        },
      };
    },
  },
  {
    name: 'burn-vanished-then-reversed',
    tells: 'an operator takes the mint back; then the saga undoes what is left, with the operator named in the request',
    play: () => ({
      script: {
        ...happy,
        ...undoing,
        mint: [refuses('BURN_VANISHED')],
        reverseMint: [answers(reversed)],
        refund: [answers(nothingBurned)],
      },
      drive: async (run) => {
        await calledOperator(run);
        await run.resolve(operator('refund'));
      },
      expected: {
        status: 'FAILED',
        errorCode: 'BURN_VANISHED',
        compensated: false,
        steps: ['burn', 'mint', 'reverseMint', 'cancelMint', 'refund'],
        story: [
          ...toMinting,
          'MINTED',
          'needs an operator: BURN_VANISHED',
          'COMPENSATING',
          'FAILED',
          'because BURN_VANISHED',
        ],
        upserts: 4,
      },
    }),
  },
  {
    name: 'reversal-refused',
    tells: 'a reversal that is refused leaves the settlement MINTED, and the operator is still needed',
    play: () => {
      const look = held(refuses('BURN_VANISHED'));
      return {
        script: {
          ...happy,
          mint: [refuses('BURN_VANISHED'), look.behaviour, answers(minted)],
          reverseMint: [refuses('CONTRADICTION', 'mock: the tokens were spent')],
        },
        drive: async (run) => {
          await calledOperator(run);
          await run.resolve(operator('refund'));
          await look.entered;
          await run.resolve(operator('complete'));
          look.release();
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'reverseMint', 'mint', 'mint'],
          story: [
            ...toMinting,
            'MINTED',
            'needs an operator: BURN_VANISHED',
            'needs an operator: CONTRADICTION',
            'needs an operator: BURN_VANISHED',
            'COMPLETED',
          ],
          upserts: 3,
        },
      };
    },
  },
  {
    name: 'word-to-an-undo-reverses-no-mint',
    tells: 'a "refund" said to a stuck undo is not taken for a reversal of the mint that was found since',
    play: () => {
      const cancelMint = held(answers(mintStands));
      return {
        script: {
          ...happy,
          mint: [refuses('MINT_REFUSED'), refuses('BURN_VANISHED'), answers(minted)],
          cancelMint: [cancelMint.behaviour],
        },
        drive: async (run) => {
          await cancelMint.entered;
          await run.resolve(operator('refund'));
          cancelMint.release();
          await calledOperator(run);
          await run.resolve(operator('complete'));
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'cancelMint', 'mint', 'mint'],
          story: [...toCompensating, 'MINTED', 'needs an operator: BURN_VANISHED', 'COMPLETED'],
          upserts: 4,
        },
      };
    },
  },
];

/** Going forward again out of a compensation. */
const retries: readonly Scenario[] = [
  {
    name: 'retried-while-the-mint-is-being-cancelled',
    tells: 'forward again before anything was undone',
    play: () => {
      const cancelMint = held(answers(tombstoned));
      return {
        script: { ...happy, mint: [refuses('MINT_REFUSED'), answers(minted)], cancelMint: [cancelMint.behaviour] },
        drive: async (run) => {
          await cancelMint.entered;
          await run.update('retry');
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'cancelMint', 'mint'],
          story: [...toCompensating, 'MINTING', 'MINTED', 'COMPLETED'],
          upserts: 2,
        },
      };
    },
  },
  {
    name: 'retried-while-the-refund-runs',
    tells: 'forward again after the tombstone: the mint cannot be had any more, the refund is',
    play: () => {
      const refund = held(answers(refunded));
      return {
        script: {
          ...happy,
          cancelMint: [answers(tombstoned)],
          mint: [refuses('MINT_REFUSED'), refuses('MINT_REFUSED', 'mock: the destination slot is Cancelled(0)')],
          refund: [refund.behaviour, answers(refunded)],
        },
        drive: async (run) => {
          await refund.entered;
          await run.update('retry');
        },
        expected: {
          status: 'FAILED',
          errorCode: 'MINT_REFUSED',
          compensated: true,
          steps: ['burn', 'mint', 'cancelMint', 'refund', 'mint', 'cancelMint', 'refund'],
          story: [...toCompensating, 'MINTING', 'COMPENSATING', 'FAILED', 'because MINT_REFUSED'],
          upserts: 3,
        },
      };
    },
  },
  {
    name: 'cancelled-then-retried',
    tells: 'who goes forward again has taken the cancel back',
    play: () => {
      const mint = held(answers(minted));
      const cancelMint = held(answers(tombstoned));
      return {
        script: { ...happy, mint: [mint.behaviour, answers(minted)], cancelMint: [cancelMint.behaviour] },
        drive: async (run) => {
          await mint.entered;
          await run.update('cancel');
          await cancelMint.entered;
          await run.update('retry');
        },
        expected: {
          status: 'COMPLETED',
          steps: ['burn', 'mint', 'cancelMint', 'mint'],
          story: [...toCompensating, 'MINTING', 'MINTED', 'COMPLETED'],
          upserts: 2,
        },
      };
    },
  },
];

type Canceller = (run: SettlementRun) => Promise<unknown>;
const byUpdate: Canceller = (run) => run.update('cancel');
const byTemporal: Canceller = (run) => run.handle.cancel();

/** A cancel means the same from our client and from Temporal's own UI and CLI. */
function cancelsBy(who: string, cancel: Canceller): readonly Scenario[] {
  return [
    {
      name: `cancelled-before-the-burn-${who}`,
      tells: `a cancel (${who}) before anything was broadcast ends it clean`,
      play: () => {
        const burn = held(answers(burned()), 'refuses');
        return {
          script: { burn: [burn.behaviour] },
          drive: async (run) => {
            await burn.entered;
            await cancel(run);
          },
          expected: {
            status: 'FAILED',
            errorCode: 'CANCELLED',
            compensated: false,
            steps: ['burn'],
            story: ['PROCESSING', 'BURNING', 'FAILED', 'because CANCELLED'],
            upserts: 1,
          },
        };
      },
    },
    {
      name: `cancelled-after-the-burn-was-sent-${who}`,
      tells: `a cancel (${who}) of a burn in flight waits until it is final, mints nothing and gives it back`,
      play: () => {
        const burn = held(answers(burned()), 'goesOn');
        return {
          script: { ...undoing, burn: [burn.behaviour] },
          drive: async (run) => {
            await burn.entered;
            await cancel(run);
            await burn.cancelHeard;
            burn.release();
          },
          expected: {
            status: 'FAILED',
            errorCode: 'CANCELLED',
            compensated: true,
            steps: ['burn', 'cancelMint', 'refund'],
            story: [...toCompensating, 'FAILED', 'because CANCELLED'],
            upserts: 2,
          },
        };
      },
    },
    {
      name: `cancelled-during-the-mint-${who}`,
      tells: `a cancel (${who}) of a mint: no mint can land any more, then the refund`,
      play: () => {
        const mint = held(answers(minted));
        return {
          script: { ...happy, ...undoing, mint: [mint.behaviour] },
          drive: async (run) => {
            await mint.entered;
            await cancel(run);
          },
          expected: {
            status: 'FAILED',
            errorCode: 'CANCELLED',
            compensated: true,
            steps: ['burn', 'mint', 'cancelMint', 'refund'],
            story: [...toCompensating, 'FAILED', 'because CANCELLED'],
            upserts: 2,
          },
        };
      },
    },
    {
      name: `cancelled-too-late-${who}`,
      tells: `a cancel (${who}) that the mint was quicker than: the slot decides, it completes`,
      play: () => {
        const mint = held(answers(minted), 'goesOn');
        return {
          script: { ...happy, mint: [mint.behaviour, answers(minted)], cancelMint: [answers(mintStands)] },
          drive: async (run) => {
            await mint.entered;
            await cancel(run);
            await run.performance.entered('mint', 2);
            mint.release();
          },
          expected: {
            status: 'COMPLETED',
            steps: ['burn', 'mint', 'cancelMint', 'mint'],
            story: [...toCompensating, 'MINTED', 'COMPLETED'],
            upserts: 2,
          },
        };
      },
    },
  ];
}

const cancels: readonly Scenario[] = [
  ...cancelsBy('by-update', byUpdate),
  ...cancelsBy('by-temporal', byTemporal),
  {
    name: 'cancelled-by-temporal-while-compensating',
    tells: "Temporal's own cancel cuts no compensation off",
    play: () => {
      const refund = held(answers(refunded), 'ends');
      return {
        script: { ...happy, ...undoing, mint: [refuses('MINT_REFUSED')], refund: [refund.behaviour] },
        drive: async (run) => {
          await refund.entered;
          await run.handle.cancel();
          await run.record(); // the cancel has been through the workflow when this is answered
          refund.release();
        },
        expected: {
          status: 'FAILED',
          errorCode: 'MINT_REFUSED',
          compensated: true,
          steps: ['burn', 'mint', 'cancelMint', 'refund'],
          story: [...toCompensating, 'FAILED', 'because MINT_REFUSED'],
          upserts: 2,
        },
      };
    },
  },
  {
    name: 'cancelled-while-the-burn-is-unknown',
    tells: 'a cancelled burn that cannot say what became of it is asked again: it was on its way, so it is given back',
    play: () => {
      const burn = held(stumbles('AWAITING_FINALITY'), 'goesOn');
      return {
        script: { ...undoing, burn: [burn.behaviour, answers(burned())] },
        drive: async (run) => {
          await burn.entered;
          await run.update('cancel');
          await burn.cancelHeard;
          burn.release();
        },
        expected: {
          status: 'FAILED',
          errorCode: 'CANCELLED',
          compensated: true,
          withholds: 1,
          steps: ['burn', 'burn', 'cancelMint', 'refund'],
          story: [...toCompensating, 'FAILED', 'because CANCELLED'],
          upserts: 2,
        },
      };
    },
  },
  {
    name: 'cancelled-between-two-tries-of-the-burn',
    tells: 'a cancel in the pause between two tries of the burn proves nothing: it is asked again',
    play: () => ({
      script: { ...undoing, burn: [stumbles('AWAITING_FINALITY', 'mock: not final', 20_000), answers(burned())] },
      drive: async (run) => {
        await run.performance.entered('burn');
        await run.untilBetweenTries();
        await run.update('cancel');
      },
      expected: {
        status: 'FAILED',
        errorCode: 'CANCELLED',
        compensated: true,
        withholds: 1,
        steps: ['burn', 'burn', 'cancelMint', 'refund'],
        story: [...toCompensating, 'FAILED', 'because CANCELLED'],
        upserts: 2,
      },
    }),
  },
];

/** What a raw `temporal workflow start` may hand over: it ends at once and says what is wrong. */
function rawStart(name: string, tells: string, errorCode: ErrorCode, args: (id: string) => unknown[]): Scenario {
  const expected = { status: null, errorCode, steps: [], story: [], upserts: 0 } as const;
  return {
    name: `raw-start-${name}`,
    tells: `a raw start ${tells}`,
    play: () => ({ script: {}, raw: true, args, expected }),
  };
}

const rawStarts: readonly Scenario[] = [
  rawStart('with-another-id', 'under another id than its order', 'ID_INVALID', () => [orderFor('another'), signature]),
  rawStart('without-an-order', 'with nothing at all', 'BAD_REQUEST', () => []),
  rawStart('with-a-text', 'with a text for an order', 'BAD_REQUEST', () => ['hello']),
  rawStart('with-a-list', 'with a list for an order', 'BAD_REQUEST', () => [[]]),
  rawStart('with-a-fragment', 'with a fragment of an order', 'BAD_REQUEST', (id) => [{ settlementId: id }]),
  rawStart('with-a-wrong-type', 'with a number for a holder', 'BAD_REQUEST', (id) => [
    { ...orderFor(id), holder: 42 },
    signature,
  ]),
  rawStart('of-an-unknown-kind', 'of a kind that is neither start nor retry', 'BAD_REQUEST', (id) => [
    orderFor(id),
    signature,
    { kind: 'again' },
  ]),
  rawStart('of-no-kind', 'with null for its kind', 'BAD_REQUEST', (id) => [orderFor(id), signature, null]),
];

/** Every path through the saga. A new one gets its test and its history by being listed here. */
export const scenarios: readonly Scenario[] = [
  ...forward,
  ...burnRefusals,
  ...compensations,
  ...operatorsWords,
  ...retries,
  ...cancels,
  ...rawStarts,
];
