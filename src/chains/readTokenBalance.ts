import { erc20Abi, type Address } from 'viem';
import { askChain, type Chain } from './chain';

/** Base units of `token` that `account` holds now. */
export function readTokenBalance(chain: Chain, token: Address, account: Address): Promise<bigint> {
  return askChain(chain, `the balance of ${account}`, (client) =>
    client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] }),
  );
}
