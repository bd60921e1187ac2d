import { getAbiItem, isAddressEqual, zeroAddress, type Address } from 'viem';
import { askChain, type Chain } from './chain';
import { settlementTokenAbi } from './generated/settlementToken';
import type { BlockRange } from './watcher/readGatewayEvents';

/** What happened to the supply of one token in a range of blocks, in base units: made minus destroyed. */
export interface TokenFlow {
  readonly token: Address;
  /** By its Transfer logs, from and to nobody: whoever did it. */
  readonly net: bigint;
  /** Of that, at the gateway's word, by the token's ERC-7802 logs. */
  readonly gatewayNet: bigint;
}

const events = [
  getAbiItem({ abi: settlementTokenAbi, name: 'Transfer' }),
  getAbiItem({ abi: settlementTokenAbi, name: 'CrosschainMint' }),
  getAbiItem({ abi: settlementTokenAbi, name: 'CrosschainBurn' }),
] as const;

/** The supply of every configured token over a range, by one eth_getLogs. @throws TransientError CHAIN_UNAVAILABLE */
export async function readTokenFlows(
  chain: Chain,
  range: Pick<BlockRange, 'fromBlock' | 'toBlock'>,
): Promise<readonly TokenFlow[]> {
  const { tokens, gateway } = chain.config;
  const address = tokens.map((token) => token.address);
  const logs = await askChain(chain, 'what its tokens did', (client) =>
    client.getLogs({ address, events, strict: true, ...range }),
  );
  return address.map((token) => {
    const own = logs.filter((log) => isAddressEqual(log.address, token));
    let [net, gatewayNet] = [0n, 0n];
    for (const log of own) {
      if (log.eventName === 'Transfer') {
        if (isAddressEqual(log.args.from, zeroAddress)) net += log.args.value;
        if (isAddressEqual(log.args.to, zeroAddress)) net -= log.args.value;
      } else if (isAddressEqual(log.args.sender, gateway)) {
        gatewayNet += log.eventName === 'CrosschainMint' ? log.args.amount : -log.args.amount;
      }
    }
    return { token, net, gatewayNet };
  });
}
