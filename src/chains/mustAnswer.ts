import { BaseError, ContractFunctionRevertedError } from 'viem';
import { ConfigError } from '../domain/errors';
import type { Chain } from './chain';

/**
 * The answer to a plain question at a configured address. A contract that reverts it was written for something else, and asking
 * again cannot help; a node that stays silent can come back.
 * @param field what of the chain's configuration names the contract, `gateway` or `tokens.USDS.address`
 * @throws ConfigError CHAIN_MISMATCH; whatever else the answer is rejected with
 */
export async function mustAnswer<T>(chain: Chain, field: string, wanted: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof BaseError)) throw error;
    if (cause.walk((one) => one instanceof ContractFunctionRevertedError) === null) throw error;
    const where = `chains.${chain.config.name}.${field}`;
    throw new ConfigError('CHAIN_MISMATCH', `config: ${where}: the contract there is not ${wanted}`);
  }
}
