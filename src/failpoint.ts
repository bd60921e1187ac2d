import type { OperationKind } from './domain/slot';

/**
 * The boundaries of steps at which the chaos suite kills a worker, each named once in here and once where it is. A shipped worker
 * has none of them: the build leaves every call and this file out (scripts/strip-failpoints.cjs, docs/adr/0014-failpoints.md).
 */
export const failpoints = [
  // burn
  ...['burn-entered', 'burn-judged', 'burn-final', 'burn-advanced', 'unburned-proved', 'unburned-failed'],
  // mint
  ...['mint-owned', 'mint-forward', 'mint-final', 'mint-advanced'],
  // undo
  ...['cancel-mint-compensating', 'cancel-mint-marked', 'cancel-mint-final'],
  ...['refund-owned', 'refund-final', 'refund-advanced', 'reverse-mint-final'],
  // operator
  ...['operator-told', 'resolution-recorded'],
  // from an operation to a final slot; these and the next two lines are told of which kind of operation it is
  ...['operation-submitting', 'operation-journaled', 'operation-rebroadcasting', 'operation-unfinal'],
  ...['journal-judged', 'journal-signed', 'journal-committed'],
  ...['broadcast-before', 'broadcast-after', 'replacement-begun', 'replacement-journaled'],
  // lane
  ...['lease-acquired', 'flush-begun', 'recovery-resending', 'nonces-closed'],
  // upkeep
  ...['seal-digested', 'reconciliation-told', 'adoption-found', 'adoption-opened'],
] as const;

export type Failpoint = (typeof failpoints)[number];

/** Does nothing in here: the chaos suite's workers run with test/chaos/failpoints/armedFailpoint.ts in this file's place. */
export const failpoint: (name: Failpoint, ...kinds: readonly OperationKind[]) => void = () => undefined;
