import { createPublicClient, defineChain, http } from 'viem';

/** viem's chain and a plain reader for one of the stack's chains: the benchmark looks past the project's own clients. */
export function chainReader({ chainId, name, rpcUrl }) {
  const chain = defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl, { retryCount: 0 });
  return { chain, transport, reader: createPublicClient({ chain, transport, cacheTime: 0 }) };
}
