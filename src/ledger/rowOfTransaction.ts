import type { JournaledTransaction } from './ledger';

/** A transaction as `ledger.record_transaction` takes it. */
export function rowOfTransaction(transaction: JournaledTransaction, laneFence: number) {
  return {
    chain_id: transaction.chainId,
    signer: transaction.signer.toLowerCase(),
    nonce: transaction.nonce,
    replacement: transaction.replacement,
    hash: transaction.hash.toLowerCase(),
    raw: transaction.raw,
    // Text: JSON's numbers are not wide enough.
    max_fee_per_gas: transaction.maxFeePerGas.toString(),
    max_priority_fee_per_gas: transaction.maxPriorityFeePerGas.toString(),
    lane_fence: laneFence,
  };
}
