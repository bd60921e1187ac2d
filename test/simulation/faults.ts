/** What can go wrong in a seed. Each is counted where it takes effect, not where it was planned. */
export const faultNames = [
  'workerCrash',
  'zombie',
  'answerLost',
  'nodeDown',
  'ledgerDown',
  'ledgerAnswerLost',
  'laneBusy',
  'userCancel',
  'temporalCancel',
  'wordRetry',
  'wordRefund',
  'wordComplete',
  'terminated',
  'startedAgain',
  'retriedByCaller',
  'burnReorged',
  'mintReorged',
  'refundReorged',
  'tombstoneReorged',
  'transactionDropped',
  'transactionLate',
  'transactionReverted',
  'transactionReplaced',
  'destinationHalted',
  'sourceHalted',
  'mintWindowOver',
  'validBeforeReached',
  'mintRefusedForGood',
  'refundRefused',
  'paused',
  'rateLimited',
  'revoked',
  'tokensSpent',
  'epochBumped',
  'ledgerRestored',
  'heldByEpoch',
  'begunAgainAfterRestore',
] as const;

export type FaultName = (typeof faultNames)[number];
export type FaultCounts = Record<FaultName, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(faultNames.map((name) => [name, 0])) as FaultCounts;
}
