import type { Mutant } from './mutant';

const workflow = 'src/workflows/settlementWorkflow.ts';
const saga = 'src/workflows/saga.ts';
const refund = 'src/activities/refund.ts';
const mint = 'src/activities/mint.ts';
const settleOperation = 'src/lanes/settleOperation.ts';

export const sagaMutants: readonly Mutant[] = [
  {
    ...{ family: 'saga', name: 'refund without a tombstone', trial: 'refused-mint', seenBy: ['I6'] },
    breaks: 'the undo of the mint is not registered, and (second layer) the refund asks for no proof',
    edits: [
      {
        file: workflow,
        find: "saga.register('cancel the mint', () => undoMint(attempt()));",
        replace: 'void undoMint;',
      },
      {
        file: refund,
        find: 'if (mintCannotLand(destination.chain, order, attempt, seen)) return;',
        replace: 'if (mintCannotLand(destination.chain, order, attempt, seen) !== undefined) return;',
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'an empty slot taken for a proof', trial: 'cancel-mint-in-pool', seenBy: ['I6', 'I4'] },
    breaks: 'a mint that merely has not come in time is given back, and lands',
    edits: [
      {
        file: 'src/activities/mintCannotLand.ts',
        find: "return destination.config.monotonicTimestamps && block.timestamp >= order.validBefore ? 'expired' : null;",
        replace: "return slot.state === 'None' || block.timestamp >= order.validBefore ? 'expired' : null;",
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'mint before the burn is final', trial: 'plain', seenBy: ['I6'] },
    breaks: 'the burn counts when the latest block shows it, and (second layer) the mint looks no deeper',
    edits: [
      { file: settleOperation, find: 'const turnMs = 2_000;', replace: 'const turnMs = 50;' },
      {
        file: settleOperation,
        find: "if (isApplied(final.slot, kind, attempt)) return { kind: 'applied', final, transactionHash: null };",
        replace: "if (isApplied(latest, kind, attempt)) return { kind: 'applied', final, transactionHash: null };",
      },
      {
        file: 'src/lanes/isBurned.ts',
        find: "return isApplied(final.slot, 'Burn', attempt) && isApplied(latest, 'Burn', attempt);",
        replace: "return isApplied(final.slot, 'Burn', attempt) || isApplied(latest, 'Burn', attempt);",
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'FAILED on unknown', trial: 'cancel-burn-in-pool', seenBy: ['I8'] },
    breaks:
      'a cancel ends a burn that may still land, no proof is asked for before FAILED is written (second layer), and the lane replaces no burn that is forbidden meanwhile (third)',
    edits: [
      {
        file: 'src/lanes/createInFlight.ts',
        find: '>= options.bumpAfterMs) await bump(oldest);',
        replace: '< 0) await bump(oldest);',
      },
      {
        file: settleOperation,
        find: "if (fate.kind === 'open') {",
        replace:
          "if (fate.kind === 'open' && pace.cancelRequested) return { kind: 'cancelled', final };\n        if (fate.kind === 'open') {",
      },
      {
        file: 'src/activities/endUnburned.ts',
        find: 'if (proof === null) throw held(reason);',
        replace: '',
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'a new run burns again', trial: 'terminated-run', seenBy: ['I8', 'I7'] },
    breaks: 'the attempt is counted on though its burn stands; the gateway refuses the second burn, and it hangs',
    edits: [
      {
        file: 'src/domain/slot.ts',
        find: "case 'Burned':\n      return sourceSlot.attempt;",
        replace: "case 'Burned':\n      return sourceSlot.attempt + 1;",
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'undo in the wrong order', trial: 'refused-mint', seenBy: ['I7'] },
    breaks: 'the refund is tried before the mint is stopped: it gets no proof, and hangs',
    edits: [
      {
        file: saga,
        find: 'this.compensations.unshift({ name, undo });',
        replace: 'this.compensations.push({ name, undo });',
      },
    ],
  },
  {
    ...{ family: 'saga', name: 'COMPLETED on a refused mint', trial: 'refused-mint', seenBy: ['I7', 'I12'] },
    breaks: 'a mint that was refused for good counts as done',
    edits: [
      {
        file: mint,
        find: "throw new PermanentError(settled.reason === 'Expired' ? 'EXPIRED' : 'MINT_REFUSED', message);",
        replace:
          "if (settled.reason !== 'Expired') return { txHash: null };\n      throw new PermanentError('EXPIRED', message);",
      },
    ],
  },
];
