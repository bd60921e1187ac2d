import { parseConfig, type ChainConfig } from '../../src/config';

const nowhere = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

/** The configuration of one chain behind these endpoints; the second chain of it is never asked. */
export function chainConfigFor(rpcUrls: readonly string[], facts: Readonly<Record<string, unknown>> = {}): ChainConfig {
  const chain = {
    name: 'alder',
    chainId: 31_337,
    rpcUrls,
    gateway: nowhere,
    tokens: [{ symbol: 'DEMO', address: nowhere, decimals: 6 }],
    finality: { kind: 'confirmations', confirmations: 1 },
    ...facts,
  };
  const [config] = parseConfig({ chains: [chain, { ...chain, name: 'birch', chainId: 31_338 }] }, '/').chains;
  if (!config) throw new Error('no chain in the configuration');
  return config;
}
