import { readFinalBlock } from '../chains/readFinalBlock';
import { readNonce } from '../chains/readNonce';
import type { Finding, ReconciledPage } from '../domain/reconciliation';
import type { ReconciliationContext } from './context';
import { tellFindings } from './tellFindings';

/** Every transaction of our keys is in the journal before it is anywhere else: one that is final and is not there is a stranger's. */
export async function reconcileKeys(context: ReconciliationContext): Promise<ReconciledPage> {
  const { chains, keys, ledger } = context;
  const findings: Finding[] = [];
  for (const chain of chains) {
    const { name, chainId } = chain.config;
    const block = await readFinalBlock(chain);
    for (const key of keys.filter((one) => one.chainId === chainId)) {
      const used = await readNonce(chain, key.signer, block.hash);
      const missing = await ledger.missingNonces(key, used);
      const what = `${key.signer} used ${missing.length} nonces (${missing.slice(0, 5).join(', ')}) that no journal knows`;
      const own: readonly Finding[] =
        missing.length === 0
          ? []
          : [{ kind: 'foreignTransaction', settlementId: null, route: null, chain: name, what }];
      await tellFindings(context, own);
      findings.push(...own);
      await ledger.markReconciledNonces(key, used);
    }
  }
  return { findings, looked: keys.length, adopted: [], next: null };
}
