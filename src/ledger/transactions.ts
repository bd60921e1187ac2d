import { getAddress } from 'viem';
import type { JournaledTransaction, JournalOperation, LaneLease } from './ledger';
import type { TransactionOperationRow, TransactionRow } from './tables';

/** One signer on one chain, whoever holds it. */
export type LaneKey = Pick<LaneLease, 'chainId' | 'signer'>;

export interface SignedFlush {
  readonly hash: `0x${string}`;
  readonly raw: `0x${string}`;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Signs one transaction of the nonce that carries what was accepted. Locks are held meanwhile: no asking of anybody far. */
export type Sign<Op extends JournalOperation> = (nonce: number, accepted: readonly Op[]) => Promise<SignedFlush>;

/** The key of a lane's lease. */
export function laneKeyOf({ chainId, signer }: LaneKey): string {
  return `lane:${chainId}:${signer.toLowerCase()}`;
}

export type TransactionWithOperations = TransactionRow & {
  readonly operations: readonly Omit<TransactionOperationRow, 'hash' | 'chain_id'>[];
};

export function toTransaction(row: TransactionWithOperations): JournaledTransaction {
  return {
    chainId: Number(row.chain_id),
    signer: getAddress(row.signer),
    nonce: Number(row.nonce),
    hash: row.hash as `0x${string}`,
    raw: row.raw as `0x${string}`,
    maxFeePerGas: BigInt(row.max_fee_per_gas),
    maxPriorityFeePerGas: BigInt(row.max_priority_fee_per_gas),
    replacement: row.replacement,
    operations: row.operations.map(({ settlement_id, settlement_key, fingerprint, kind, attempt }) => ({
      settlementId: settlement_id,
      settlementKey: settlement_key as `0x${string}`,
      fingerprint: fingerprint as `0x${string}`,
      kind,
      attempt,
    })),
  };
}
