import type { Address } from 'viem';
import { askChain, type Chain } from './chain';

/** Wei that `account` can pay gas with, now. */
export function readGasBalance(chain: Chain, account: Address): Promise<bigint> {
  return askChain(chain, `the gas money of ${account}`, (client) => client.getBalance({ address: account }));
}
