import { ConfigError, TransientError } from '../domain/errors';
import type { ConnectedChain } from './chain';

/**
 * What is to be called before anything is signed. Normally it does nothing. After all of the chain's endpoints had been away, and
 * other nodes may stand behind their addresses, it verifies the chain anew; while that fails, so does it. Made before the chain is
 * verified at start, so that no absence falls between the two.
 * @param verify as at start: verifyChain with all that it needs
 * @param tell hears each time the chain is not what it was
 */
export function createReverification(
  chain: ConnectedChain,
  verify: () => Promise<void>,
  tell: (error: ConfigError) => void,
): () => Promise<void> {
  let verifiedAt = chain.absences();
  let verifying: Promise<void> | null = null;

  async function verifyAnew(): Promise<void> {
    const absences = chain.absences();
    try {
      await verify();
      verifiedAt = absences;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      tell(error);
      // Not for good: the right node may come back.
      throw new TransientError(error.code, error.message, { cause: error, retryAfterMs: 5_000 });
    }
  }

  return async () => {
    if (chain.absences() === verifiedAt) return;
    verifying ??= verifyAnew().finally(() => (verifying = null));
    await verifying;
  };
}
