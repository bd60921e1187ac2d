import type { Address, Hex, TransactionSerializableEIP1559 } from 'viem';

/** Signs for one address. */
export interface Signer {
  readonly address: Address;
  signTransaction(request: TransactionSerializableEIP1559): Promise<Hex>;
}
