import type { Address, Hex } from 'viem';

/**
 * What the checkers judge: plain data, read from the chains, the ledger's tables and Temporal by the readers beside this file.
 * Nothing here, and nothing in this folder, imports the code under test; names and shapes are written out a second time.
 */
export interface World {
  readonly chains: readonly ChainFacts[];
  /** Null while there is no ledger: what needs it is then not run. */
  readonly ledger: LedgerFacts | null;
  /** Null when Temporal was not asked. */
  readonly runs: readonly RunFacts[] | null;
  /** Every answer that a start got from a client, in order of arrival. */
  readonly starts: readonly StartAnswer[];
  /** Fingerprints of what was acknowledged in a batch, by id. Only some of it has a run of its own. */
  readonly batched?: ReadonlyMap<string, Hex>;
  /** Ids whose runs were deleted from Temporal on purpose. */
  readonly forgottenIds: ReadonlySet<string>;
  /** Ids whose run was terminated, reset or retried on purpose: another run goes on with them. */
  readonly rerunIds: ReadonlySet<string>;
  /** Transactions that somebody else sent with a lane's key on purpose, past every journal. */
  readonly foreignHashes: ReadonlySet<string>;
  /** The keys of the lanes; whatever they sign must be accounted for. */
  readonly laneSigners: readonly Address[];
  readonly leaseSamples: readonly LeaseSample[];
  readonly headSamples: readonly HeadSample[];
  readonly toldSamples: readonly ToldSample[];
  /** The finality policy of both chains; null where it was another or is not known. */
  readonly confirmations: number | null;
  /** What a reorg past finality took back on purpose; absent: nothing. */
  readonly rewinds?: readonly Rewind[];
  /** Absent: no history was replayed. */
  readonly replays?: ReplayFacts;
  /** Absent: nothing was searched for secrets. */
  readonly secrets?: SecretFacts;
}

/** A chain took back what was final, on purpose. */
export interface Rewind {
  readonly chainId: number;
  /** The newest block that stayed. */
  readonly keptBlock: number;
  /** The newest that there was. Those up to it were made anew, with times that their places have and not the hour they were made at. */
  readonly head: number;
  /** By this machine's clock, which is the database's too. */
  readonly atMs: number;
  /** How many looks at the heads had been taken before. */
  readonly samplesBefore: number;
  /** Where the transactions that were taken back though they were final had stood, by hash. */
  readonly finalBefore: ReadonlyMap<Hex, number>;
}

/** What came of replaying histories on the current workflow bundle. */
export interface ReplayFacts {
  readonly failures: readonly { readonly workflowId: string; readonly runId: string; readonly message: string }[];
  /** How many were replayed, of how many that were not replayed before. */
  readonly count: number;
  readonly of: number;
}

/** A secret that was planted where the workers' configuration has it. */
export interface Canary {
  readonly name: string;
  readonly value: string;
}

/** Everything that somebody may read who must not know a secret, as text. */
export interface SecretFacts {
  readonly canaries: readonly Canary[];
  readonly places: readonly { readonly name: string; readonly text: string }[];
}

export interface CheckedChain {
  readonly name: string;
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly gateway: Address;
  readonly token: Address;
}

export const kinds = ['Burn', 'Refund', 'Mint', 'CancelMint', 'ReverseMint'] as const;
export type Kind = (typeof kinds)[number];
export const slotStates = ['None', 'Burned', 'Refunded', 'Minted', 'Cancelled', 'Reversed'] as const;
export type SlotState = (typeof slotStates)[number];

export interface ChainFacts {
  readonly chain: CheckedChain;
  readonly blocks: readonly { readonly number: number; readonly timestampSeconds: number }[];
  /** Every transaction of every block, in order. */
  readonly transactions: readonly ChainTransaction[];
  /** What the gateway's logs say was applied, in order. */
  readonly applied: readonly Applied[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly transfers: readonly Transfer[];
  /** By settlement key, as `slotOf` answers at the last block read. */
  readonly slots: ReadonlyMap<Hex, Slot>;
  readonly totalSupply: bigint;
}

export interface Order {
  readonly settlementId: string;
  readonly holder: Address;
  readonly recipient: Address;
  readonly token: Address;
  readonly destinationToken: Address;
  readonly destinationGateway: Address;
  readonly amount: bigint;
  readonly sourceChainId: bigint;
  readonly destinationChainId: bigint;
  readonly validBefore: bigint;
  readonly maxAttempts: number;
}

export interface ChainTransaction {
  readonly hash: Hex;
  readonly from: Address;
  readonly nonce: number;
  readonly blockNumber: number;
  readonly timestampSeconds: number;
  /** What its calldata asks the gateway for; empty when it is no call of `execute`. */
  readonly operations: readonly CalldataOperation[];
}

export interface CalldataOperation {
  readonly kind: number;
  readonly attempt: number;
  readonly order: Order;
  readonly signature: Hex;
}

export interface Applied {
  readonly chainId: number;
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
  readonly kind: number;
  readonly attempt: number;
  readonly account: Address;
  readonly amount: bigint;
  readonly transactionHash: Hex;
  readonly blockNumber: number;
  readonly timestampSeconds: number;
  /** Orders everything on one chain. */
  readonly position: number;
  /** The order in the calldata that this event answers; null when there is none at its place. */
  readonly order: Order | null;
  /** Whether the signature in the calldata is the holder's key's; null where that is not to be asked: no burn, or a contract's. */
  readonly isSigned: boolean | null;
}

export interface Transfer {
  readonly from: Address;
  readonly to: Address;
  readonly value: bigint;
  readonly transactionHash: Hex;
}

export interface Slot {
  readonly state: SlotState;
  readonly attempt: number;
  readonly orderHash: Hex;
}

export interface LedgerFacts {
  readonly epoch: number;
  readonly settlements: readonly SettlementRow[];
  readonly attempts: readonly AttemptRow[];
  readonly events: readonly EventRow[];
  readonly transactions: readonly TransactionRow[];
  readonly leases: readonly LeaseSample[];
}

export interface SettlementRow {
  readonly settlementId: string;
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
  readonly status: string;
  readonly attempt: number;
  readonly amount: string;
  readonly holder: string;
  readonly recipient: string;
  readonly token: string;
  readonly burnTxHash: string | null;
  readonly mintTxHash: string | null;
  readonly refundTxHash: string | null;
  readonly compensated: boolean;
  readonly needsOperator: boolean;
  readonly ownerFence: number;
}

export interface AttemptRow {
  readonly settlementId: string;
  readonly attempt: number;
  readonly mintJournaled: boolean;
  readonly noMintMark: boolean;
}

export interface EventRow {
  readonly id: number;
  readonly settlementId: string;
  readonly seq: number;
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly attempt: number;
  /** As Postgres spells them: the hashes are over that very text. */
  readonly factsText: string;
  readonly atMicros: string;
  readonly previousHash: Hex;
  readonly hash: Hex;
}

export interface TransactionRow {
  readonly chainId: number;
  readonly signer: Address;
  readonly nonce: number;
  readonly replacement: number;
  readonly hash: Hex;
  readonly raw: Hex;
  /** What the bytes themselves say; null when they are no transaction. */
  readonly signedNonce: number | null;
  readonly laneFence: number;
  readonly createdAtMs: number;
  readonly operations: readonly JournaledOperation[];
}

export interface JournaledOperation {
  readonly settlementId: string;
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
  readonly kind: string;
  readonly attempt: number;
}

/** One look at the chains' heads, one after the other in this order; a chain may come twice. */
export type HeadSample = readonly { readonly chainId: number; readonly head: number }[];

/** A status of a row when it was first seen, and how high any head of a chain had been seen by the time after that look. */
export interface ToldSample {
  readonly settlementId: string;
  readonly status: string;
  readonly attempt: number;
  readonly compensated: boolean;
  readonly heads: readonly { readonly chainId: number; readonly head: number }[];
}

/** One look at one lease. */
export interface LeaseSample {
  readonly key: string;
  readonly holder: string | null;
  readonly fence: number;
}

export interface RunFacts {
  readonly settlementId: string;
  readonly runId: string;
  readonly fingerprint: string | null;
  /** Of the last run: RUNNING, COMPLETED, FAILED, ... */
  readonly runStatus: string;
  /** What the last run returned, or failed with. */
  readonly record: Record<string, unknown> | null;
}

export interface StartAnswer {
  readonly settlementId: string;
  readonly fingerprint: Hex;
  readonly created: boolean;
  readonly runId: string;
  /** The record as the client got it, JSON. */
  readonly record: Readonly<Record<string, unknown>>;
}
