import { readNonce } from '../chains/readNonce';
import { readPermitted } from '../chains/readPermitted';
import type { OperationKind } from '../domain/slot';
import type { Ledger } from '../ledger/createLedger';
import type { PinnedChain } from './recoveryContext';

/** A key that the journal knows, and what it may still do. */
export interface KnownSigner {
  readonly chain: string;
  readonly signer: `0x${string}`;
  /** What the gateway lets it do at the pinned block; what it signed before can land as long as this is not empty. */
  readonly may: readonly OperationKind[];
  /** Nonces it used since the first in the journal that are not in it: reverted as a whole, empty, or not the gateway's. */
  readonly unknownNonces: number;
}

/** Every key in the journal, chain by chain. @throws TransientError CHAIN_UNAVAILABLE */
export async function listSigners(ledger: Ledger, chains: readonly PinnedChain[]): Promise<readonly KnownSigner[]> {
  const known = await ledger.journalSigners();
  const perChain = chains.map(async ({ chain, block }) => {
    const own = known.filter(({ chainId }) => chainId === chain.config.chainId);
    if (own.length === 0) return [];
    const [permitted, nonces] = await Promise.all([
      readPermitted(
        chain,
        own.map(({ signer }) => signer),
        block.hash,
      ),
      Promise.all(own.map(({ signer }) => readNonce(chain, signer, block.hash))),
    ]);
    return own.map(({ signer, lastNonce, missingNonces }, index) => ({
      chain: chain.config.name,
      signer,
      may: permitted[index]?.kinds ?? [],
      unknownNonces: missingNonces + Math.max(0, (nonces[index] ?? 0) - lastNonce - 1),
    }));
  });
  return (await Promise.all(perChain)).flat();
}
