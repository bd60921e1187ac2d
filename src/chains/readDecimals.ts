import { erc20Abi } from 'viem';
import type { TokenConfig } from '../config';
import { askChain, type Chain } from './chain';
import { mustAnswer } from './mustAnswer';

/** The decimals that a configured token itself says. @throws ConfigError CHAIN_MISMATCH; TransientError CHAIN_UNAVAILABLE */
export function readDecimals(chain: Chain, { symbol, address }: TokenConfig): Promise<number> {
  const asked = askChain(chain, `the decimals of ${address}`, (client) =>
    client.readContract({ address, abi: erc20Abi, functionName: 'decimals' }),
  );
  return mustAnswer(chain, `tokens.${symbol}.address`, 'a token', asked);
}
