import type { Address, Hex } from 'viem';
import { askChain, type Chain } from './chain';

/** How many transactions of this account are in, up to a block: a hash, or the newest the node holds. Also its next nonce there. */
export function readNonce(chain: Chain, address: Address, at: 'latest' | Hex): Promise<number> {
  return askChain(chain, `the nonce of ${address}`, (client) =>
    client.getTransactionCount({ address, ...(at === 'latest' ? { blockTag: at } : { blockHash: at }) }),
  );
}
