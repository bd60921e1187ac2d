import type { SettlementStatus } from './status';
import type { ErrorCode } from './errorCodes';

/** One settlement as people and scripts see it: the query's answer, the result of a run, the CLI's JSON. */
export interface SettlementRecord {
  readonly settlementId: string;
  readonly status: SettlementStatus;
  /** Chain name where the reader has a configuration that knows it, else the decimal chain id. */
  readonly sourceChain: string;
  readonly destinationChain: string;
  /** Token address on the source chain. */
  readonly token: string;
  /** Base units, decimal. */
  readonly amount: string;
  readonly holder: string;
  readonly recipient: string;
  readonly attempt: number;
  readonly burnTxHash: string | null;
  readonly mintTxHash: string | null;
  readonly refundTxHash: string | null;
  /** The burn was undone: the holder has the tokens back. */
  readonly compensated: boolean;
  readonly needsOperator: boolean;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  /** ISO 8601, UTC. When the client asked for it; of a raw start, when its run began; in the ledger, when it entered. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a record says of an attempt of which nothing has become known. */
export const nothingKnown = {
  burnTxHash: null,
  mintTxHash: null,
  refundTxHash: null,
  compensated: false,
  needsOperator: false,
  errorCode: null,
  errorMessage: null,
} as const satisfies Partial<SettlementRecord>;
