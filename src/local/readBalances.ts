import type { Address } from 'viem';
import { createChain } from '../chains/chain';
import { readTokenBalance } from '../chains/readTokenBalance';
import { readTotalSupply } from '../chains/readTotalSupply';
import type { Config } from '../config';

export interface Balances {
  /** By account name, then by chain name; base units of each chain's first token. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, bigint>>>>;
  readonly supply: Readonly<Record<string, bigint>>;
}

/** What the accounts hold on every chain and what is in existence there, read from the chains. */
export async function readBalances(
  config: Config,
  accounts: readonly { readonly name: string; readonly address: Address }[],
): Promise<Balances> {
  const chains = config.chains.map((chain) => ({ chain: createChain(chain), token: firstToken(chain.tokens) }));
  const perChain = async (read: (entry: (typeof chains)[number]) => Promise<bigint>) =>
    Object.fromEntries(
      await Promise.all(chains.map(async (entry) => [entry.chain.config.name, await read(entry)] as const)),
    );
  const rows = accounts.map(
    async ({ name, address }) =>
      [name, await perChain(({ chain, token }) => readTokenBalance(chain, token, address))] as const,
  );
  return {
    accounts: Object.fromEntries(await Promise.all(rows)),
    supply: await perChain(({ chain, token }) => readTotalSupply(chain, token)),
  };
}

function firstToken(tokens: readonly { readonly address: Address }[]): Address {
  const [token] = tokens;
  if (!token) throw new Error('a chain without a token');
  return token.address;
}
