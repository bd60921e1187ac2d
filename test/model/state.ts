import type { SettlementStatus } from '../../src/domain/status';
import { newChain, type Chain } from './chain';

/** The epoch an attempt began in: before the restore, after it, or `unknown` (-1): its burn was found on chain. */
export type Epoch = 'before' | 'after' | 'unknown';

/** How many runs ago: 0 is the newest run; 2 stands for all that are older, of whom no worker is left. */
export type RunAge = number;
export const oldestAge = 2;

/** What the ledger's database holds of the settlement, and a backup copies: row, marks, what was journaled. */
export interface Ledger {
  readonly status: SettlementStatus | 'absent';
  readonly attempt: number;
  readonly owner: RunAge;
  readonly epoch: Epoch;
  /** Bits by attempt: the mark 'no mint of this attempt'. */
  readonly marks: number;
  /** Bits by attempt: a mint was journaled. */
  readonly mints: number;
  /** Two bits an attempt: how many burns were journaled, up to what the rules need to know. */
  readonly burns: number;
}

/** `closed`: restored, nothing is journaled. `reopened`: the keys of before are revoked. */
export type Stage = 'whole' | 'closed' | 'reopened';

/** Which activity the workflow waits for, or how its run ended. */
export type Place = 'burn' | 'mint' | 'cancelMint' | 'refund' | 'completed' | 'failed' | 'terminated';

export interface Run {
  readonly at: Place;
  /** Of the burn activity's answer; 0 before. */
  readonly attempt: number;
  readonly isCancelled: boolean;
  /** Without the same-block rule alone: the slot was seen not Minted, some time ago. */
  readonly sawUnminted: boolean;
}

export type Deed = 'Enter' | 'Find' | 'Burn' | 'Fail' | 'Mint' | 'Compensate' | 'Mark' | 'CancelMint' | 'Refund';

/** What a worker is about to write, on the strength of what it has read. */
export interface Intent {
  readonly deed: Deed;
  readonly attempt: number;
  readonly owner: RunAge;
  /** What else it read; each deed says what it means. */
  readonly note: number;
}

export interface State {
  readonly source: Chain;
  readonly destination: Chain;
  /** Whether workers reach the destination chain. */
  readonly isUp: boolean;
  readonly ledger: Ledger;
  readonly stage: Stage;
  readonly backup: Ledger | null;
  /** Ghost: the row says FAILED because a backup said so, not because somebody proved it. */
  readonly isFailedByBackup: boolean;
  /** Ghost: somebody wrote or journaled who does not drive the row. */
  readonly isFenceBroken: boolean;
  readonly run: Run;
  /** A worker that was cut off between reading and writing. */
  readonly zombie: Intent | null;
}

const emptyLedger: Ledger = {
  status: 'absent',
  attempt: 0,
  owner: 0,
  epoch: 'before',
  marks: 0,
  mints: 0,
  burns: 0,
};

export const firstState: State = {
  source: newChain,
  destination: newChain,
  isUp: true,
  ledger: emptyLedger,
  stage: 'whole',
  backup: null,
  isFailedByBackup: false,
  isFenceBroken: false,
  run: { at: 'burn', attempt: 0, isCancelled: false, sawUnminted: false },
  zombie: null,
};

export const currentEpoch = ({ stage }: State): Epoch => (stage === 'whole' ? 'before' : 'after');

export const bitOf = (attempt: number): number => 1 << attempt;

export function burnsJournaled({ burns }: Ledger, attempt: number): number {
  return (burns >> (2 * attempt)) & 3;
}
