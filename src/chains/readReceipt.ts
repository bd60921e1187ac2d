import { TransactionReceiptNotFoundError, type Hex, type TransactionReceipt } from 'viem';
import { askChain, type Chain } from './chain';

/** What became of a transaction; null while the node knows of no block with it. */
export async function readReceipt(chain: Chain, hash: Hex): Promise<TransactionReceipt | null> {
  return askChain(chain, `what became of ${hash}`, async (client) => {
    try {
      return await client.getTransactionReceipt({ hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return null;
      throw error;
    }
  });
}
