import type { MetricMeter } from '@temporalio/common';
import type { ConnectedChain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readGasBalance } from '../chains/readGasBalance';

/** One chain with what this worker sees and signs of it. */
export interface SampledChain {
  readonly chain: ConnectedChain;
  readonly watcher: BlockWatcher;
  readonly signers: readonly { readonly role: string; readonly address: `0x${string}` }[];
}

/** What this worker sees of its chains; the signers' gas money is asked for, the rest is known. */
export function sampleChains(meter: MetricMeter, chains: readonly SampledChain[]): () => Promise<void> {
  const gauge = (name: string, text: string) => meter.createGauge(name, 'float', undefined, text);
  const latest = gauge('settlement_chain_latest_block', 'number of the latest block');
  const final = gauge('settlement_chain_final_block', 'number of the latest final block');
  const age = gauge('settlement_chain_latest_block_age_seconds', 'since its timestamp, by this machine');
  const silent = gauge('settlement_chain_silent_seconds', 'since when the chain does not answer; 0 while it does');
  const contradicts = gauge('settlement_chain_contradiction', '1 once it has taken back what was final');
  const breaker = gauge('settlement_endpoint_breaker_open', '1 while nothing is sent there');
  const proven = gauge('settlement_endpoint_proven', '1 while it is known to be of its chain');
  const disagreed = gauge('settlement_endpoint_disagreements', 'how often it contradicted a quorum');
  const balance = gauge('settlement_signer_balance_eth', 'gas money');

  const sampleOne = async ({ chain, watcher, signers }: SampledChain): Promise<void> => {
    const tags = { chain: chain.config.name };
    const head = watcher.latestBlock();
    const finalBlock = watcher.finalBlock();
    const failingSince = watcher.failingSinceMs();
    if (head) {
      latest.set(Number(head.number), tags);
      age.set(Math.max(0, Date.now() / 1_000 - Number(head.timestamp)), tags);
    }
    if (finalBlock) final.set(Number(finalBlock.number), tags);
    silent.set(failingSince === null ? 0 : (Date.now() - failingSince) / 1_000, tags);
    contradicts.set(watcher.contradiction() ? 1 : 0, tags);
    for (const state of chain.endpointStates()) {
      const endpoint = { ...tags, endpoint: state.host };
      breaker.set(state.breaker === 'open' ? 1 : 0, endpoint);
      proven.set(state.proven ? 1 : 0, endpoint);
      disagreed.set(state.disagreed, endpoint);
    }
    for (const { role, address } of signers) {
      const wei = await readGasBalance(chain, address);
      balance.set(Number(wei) / 1e18, { ...tags, role, signer: address });
    }
  };
  return async () => {
    await Promise.all(chains.map(sampleOne));
  };
}
