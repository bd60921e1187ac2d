import type { Address } from 'viem';
import { askChain } from '../chains/chain';
import { readPermitted } from '../chains/readPermitted';
import { readRoleHolders } from '../chains/readRoleHolders';
import { PermanentError } from '../domain/errors';
import type { OperationKind } from '../domain/slot';
import type { ChainKey } from '../ledger/retireKeys';
import { blockRanges } from './blockRanges';
import { pinChains, type PinnedChain, type RecoveryContext } from './recoveryContext';

export interface ReopenOptions {
  /** Blocks of one eth_getLogs. */
  readonly blocksPerRead: number;
  readonly onProgress: (line: string) => void;
}

/** A key of before that the gateway still lets act at the final block. */
export interface ActingKey {
  readonly chain: string;
  readonly signer: Address;
  readonly may: readonly OperationKind[];
}

export interface Reopened {
  readonly epoch: number;
  readonly opened: boolean;
  /** To be revoked; none when it was opened. */
  readonly keys: readonly ActingKey[];
}

/**
 * Opens the ledger's epoch once at one final block of each chain no key of before may act. The first time it lists those keys: whoever
 * was ever given a role of the access manager, and whoever the journal knows. What is granted after that is new.
 * @throws PermanentError ILLEGAL_STEP when a rebuild is under way, or the epoch changed meanwhile; TransientError CHAIN_UNAVAILABLE
 */
export async function reopenLedger(context: RecoveryContext, options: ReopenOptions): Promise<Reopened> {
  const { ledger } = context;
  const epoch = await ledger.readEpoch();
  const must = (done: boolean): void => {
    const why = 'a rebuild is under way, or another epoch began';
    if (!done) throw new PermanentError('ILLEGAL_STEP', `epoch ${epoch} cannot be opened: ${why}`);
  };
  const chains = await pinChains(context.chains);
  const listed = await ledger.retiredKeys();
  if (!listed) must(await ledger.retireKeys(epoch, await everGranted(chains, options)));
  const retired = listed ?? (await ledger.retiredKeys()) ?? [];
  const keys = (await Promise.all(chains.map((pinned) => actingKeys(pinned, retired)))).flat();
  if (keys.length === 0) must(await ledger.reopen(epoch));
  return { epoch, opened: keys.length === 0, keys };
}

/** Up to the newest block: a role that is not final yet may have been signed for already. */
async function everGranted(
  chains: readonly PinnedChain[],
  { blocksPerRead, onProgress }: ReopenOptions,
): Promise<readonly ChainKey[]> {
  const keys: ChainKey[] = [];
  for (const { chain } of chains) {
    const { name, chainId, gatewayDeployedAtBlock } = chain.config;
    const newest = await askChain(chain, 'its newest block', (client) => client.getBlockNumber({ cacheTime: 0 }));
    const all = { fromBlock: BigInt(gatewayDeployedAtBlock), toBlock: newest };
    for (const range of blockRanges(all, blocksPerRead)) {
      keys.push(...(await readRoleHolders(chain, range)).map((signer) => ({ chainId, signer })));
      onProgress(`${name}: roles read up to block ${range.toBlock} of ${newest}`);
    }
  }
  return keys;
}

async function actingKeys({ chain, block }: PinnedChain, retired: readonly ChainKey[]): Promise<readonly ActingKey[]> {
  const own = retired.filter(({ chainId }) => chainId === chain.config.chainId).map(({ signer }) => signer);
  if (own.length === 0) return [];
  const permitted = await readPermitted(chain, own, block.hash);
  return permitted
    .filter(({ kinds }) => kinds.length > 0)
    .map(({ address, kinds }) => ({ chain: chain.config.name, signer: address, may: kinds }));
}
