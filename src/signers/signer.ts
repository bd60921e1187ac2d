import type { Address, Hex, TransactionSerializableEIP1559 } from 'viem';

/** A transaction of ours, whole: nothing in it is left to the signer. */
export type TransactionRequest = TransactionSerializableEIP1559;

/**
 * Whoever holds one lane's key. The seam for a KMS or an HSM: hash `serializeTransaction(request)` with keccak256, have the
 * device sign the hash with secp256k1, bring s into its lower half (EIP-2), find the parity by recovering the address, and
 * return `serializeTransaction(request, { r, s, yParity })`. It may time out after it signed: the same request is then signed
 * again, and whichever of the two results is journaled is the one that is sent. It need not be deterministic.
 * A signer never shows its key: not in an error, not to JSON.stringify, not to util.inspect.
 */
export interface Signer {
  readonly address: Address;
  signTransaction(request: TransactionRequest): Promise<Hex>;
}
