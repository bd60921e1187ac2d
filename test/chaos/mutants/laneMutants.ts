import type { Mutant } from './mutant';

const appliedBurn = 'if (status == _status(SlotState.Burned, attempt)) return (fingerprint, true);';
const settleOperation = 'src/lanes/settleOperation.ts';
const inFlight = 'src/lanes/createInFlight.ts';
const tenure = 'src/lanes/beginTenure.ts';
const gateway = 'contracts/src/SettlementGateway.sol';

const sign = 'const sign = (nonce: number, accepted: readonly LaneOperation[]) => signing.sign(nonce, accepted, fees);';

export const laneMutants: readonly Mutant[] = [
  {
    ...{ family: 'lane', name: 'broadcast before journal', trial: 'slow-journal', seenBy: ['I10 journal'] },
    breaks: 'what was signed is sent before the journal has it',
    edits: [
      {
        file: tenure,
        find: sign,
        replace: `const sign = async (nonce: number, accepted: readonly LaneOperation[]) => {
      const signed = await signing.sign(nonce, accepted, fees);
      await parts.chain.client.sendRawTransaction({ serializedTransaction: signed.raw });
      return signed;
    };`,
      },
    ],
  },
  {
    ...{ family: 'lane', name: 'nonce is used again', trial: 'plain', seenBy: ['I10 journal'] },
    breaks: 'a transaction is signed on the nonce of the one before, and journaled under its own',
    edits: [{ file: tenure, find: sign, replace: sign.replace('.sign(nonce,', '.sign(Math.max(0, nonce - 1),') }],
  },
  {
    ...{ family: 'lane', name: 'in doubt another nonce', trial: 'no-blocks', seenBy: ['I3'] },
    breaks:
      'a burn that may still land is signed anew, and the gateway (second layer) lets a burn in twice: without that the slot refuses it',
    edits: [
      {
        file: settleOperation,
        find: 'await lanes.rebroadcast(fate.transaction);',
        replace: 'await lanes.submit(operation);',
      },
      { file: gateway, find: appliedBurn, replace: 'if (false) return (fingerprint, true);' },
      {
        file: gateway,
        find: 'if (status != before) revert Superseded();',
        replace: 'if (status != before && false) revert Superseded();',
      },
    ],
  },
  {
    ...{ family: 'lane', name: 'told before it is final', trial: 'plain', seenBy: ['I6 told'] },
    breaks: 'an operation counts as applied as soon as the latest block says so, and is looked at often',
    edits: [
      { file: settleOperation, find: 'const turnMs = 2_000;', replace: 'const turnMs = 50;' },
      {
        file: settleOperation,
        find: "if (isApplied(final.slot, kind, attempt)) return { kind: 'applied', final, transactionHash: null };",
        replace: "if (isApplied(latest, kind, attempt)) return { kind: 'applied', final, transactionHash: null };",
      },
    ],
  },
  {
    ...{ family: 'lane', name: "a stranger's transaction taken for ours", trial: 'foreign-nonces', seenBy: ['I7'] },
    breaks: 'a nonce that another transaction used is waited for, for ever',
    edits: [
      {
        file: settleOperation,
        find: "return consumed > transaction.nonce ? { kind: 'gone' }",
        replace: "return consumed > transaction.nonce ? { kind: 'waiting' }",
      },
    ],
  },
  {
    ...{ family: 'lane', name: 'never sent again', trial: 'dropped-from-pool', seenBy: ['I7'] },
    breaks: 'neither the step, nor the lane sends again what the pool forgot, nor is it replaced: three layers',
    edits: [
      { file: settleOperation, find: 'await lanes.rebroadcast(fate.transaction);', replace: '' },
      { file: inFlight, find: 'for (const one of missing) await send(one);', replace: '' },
      { file: inFlight, find: '>= options.bumpAfterMs) await bump(oldest);', replace: '< 0) await bump(oldest);' },
    ],
  },
  {
    ...{ family: 'lane', name: 'replacement is not journaled', trial: 'no-blocks', seenBy: ['I10 journal'] },
    breaks: 'a transaction at a higher fee is sent, and the journal knows only the first',
    edits: [
      {
        file: inFlight,
        find: 'const { transaction } = await ledger.replace(lease, nonce, one.operations, sign);',
        replace: 'const transaction = { ...one.transaction, ...(await sign(nonce, one.operations)) };',
      },
    ],
  },
];
