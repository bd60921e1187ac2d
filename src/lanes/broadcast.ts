import type { Hex } from 'viem';
import type { Chain } from '../chains/chain';
import { classifySendError, type SendVerdict } from '../chains/classifySendError';

/**
 * Hands the bytes to the node. What it answers proves nothing: a transaction it refused may be in from an earlier time, and one it
 * took may be dropped. So nothing is thrown; the verdict is for the log and the upkeep.
 */
export async function broadcast(chain: Chain, raw: Hex): Promise<'taken' | SendVerdict> {
  try {
    await chain.client.sendRawTransaction({ serializedTransaction: raw });
    return 'taken';
  } catch (error) {
    const verdict = classifySendError(error);
    return verdict === 'known' ? 'taken' : verdict;
  }
}
