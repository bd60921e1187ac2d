import { erc20Abi, type Address, type Hex } from 'viem';
import { askChain, type Chain } from './chain';

/** Base units of `token` in existence on this chain: now, or at a block. */
export function readTotalSupply(chain: Chain, token: Address, blockHash?: Hex): Promise<bigint> {
  return askChain(chain, `the supply of ${token}`, (client) =>
    client.readContract({
      address: token,
      abi: erc20Abi,
      functionName: 'totalSupply',
      ...(blockHash && { blockHash }),
    }),
  );
}
