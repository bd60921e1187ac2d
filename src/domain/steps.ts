import type { ErrorCode } from './errorCodes';
import type { OrderJson } from './order';

/** What passes between the saga and its activities. Everything here lands in a workflow history: no key ever does. */

export interface BurnRequest {
  readonly order: OrderJson;
  readonly signature: string;
  /** `retry`: the caller asked for the next attempt after a refund. A plain start never begins one. */
  readonly mode: 'start' | 'retry';
  /** The settlement was cancelled: sign nothing more, only find out what became of the burn. */
  readonly withhold?: boolean;
}

export interface Burned {
  readonly attempt: number;
  readonly txHash: string | null;
  /** The destination chain's policy, read once so that a run keeps to one. */
  readonly mintWindowMs: number;
  /** How long an undo may be tried in silence before an operator is called. */
  readonly undoAlarmMs: number;
}

/** One attempt of one settlement: what every later step is about. */
export interface AttemptRequest {
  readonly order: OrderJson;
  readonly attempt: number;
}

export interface Minted {
  readonly txHash: string | null;
}

/** After asking for the tombstone: no mint of the attempt can land any more, or it already did. */
export type MintCancelled =
  | { readonly outcome: 'cannotLand'; readonly proof: 'neverJournaled' | 'tombstone' | 'expired' }
  | { readonly outcome: 'minted'; readonly txHash: string | null };

/** `nothingBurned`: the final source slot holds no burn of the attempt, so there is nothing to give back. */
export type Refunded =
  { readonly outcome: 'refunded'; readonly txHash: string | null } | { readonly outcome: 'nothingBurned' };

export interface RefundRequest extends AttemptRequest {
  /** What the settlement failed of; the ledger keeps it. */
  readonly because: { readonly code: ErrorCode; readonly message: string };
}

export interface ReverseMintRequest extends AttemptRequest {
  readonly by: string;
  readonly evidence: string;
}

export interface SettlementActivities {
  burn(request: BurnRequest): Promise<Burned>;
  mint(request: AttemptRequest): Promise<Minted>;
  cancelMint(request: AttemptRequest): Promise<MintCancelled>;
  refund(request: RefundRequest): Promise<Refunded>;
  reverseMint(request: ReverseMintRequest): Promise<Minted>;
}
