import type { Chain } from '../chains/chain';
import type { FinalBlock } from '../chains/readFinalBlock';
import { readFinalBlock } from '../chains/readFinalBlock';
import type { Ledger } from '../ledger/createLedger';

/** A chain, and the one final block of it that everything is read at. */
export interface PinnedChain {
  readonly chain: Chain;
  readonly block: FinalBlock;
}

/** What a look at ledger and chains works with. */
export interface RecoveryContext {
  readonly ledger: Ledger;
  readonly chains: readonly Chain[];
}

/** At once, so that the two ends of a settlement are seen at nearly one time. */
export function pinChains(chains: readonly Chain[]): Promise<readonly PinnedChain[]> {
  return Promise.all(chains.map(async (chain) => ({ chain, block: await readFinalBlock(chain) })));
}
