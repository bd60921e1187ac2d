import { randomUUID } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import { signOrder } from '../../src/client/signOrder';
import type { ChainConfig, Config } from '../../src/config';
import type { SignedOrder } from '../../src/domain/order';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';

export interface Draft {
  readonly settlementId?: string;
  readonly amount?: bigint;
  readonly recipient?: DevAccountName;
  readonly signer?: DevAccountName;
  readonly validForSeconds?: number;
  readonly maxAttempts?: number;
}

/** An order from alice to bob, 1 token from the first chain to the second, where the draft does not say otherwise. */
export async function signDraft(config: Config, draft: Draft): Promise<SignedOrder> {
  const accounts = devAccounts();
  const [source, destination] = [chainOf(config, 0), chainOf(config, 1)];
  const [token, destinationToken] = [source.tokens[0], destination.tokens[0]];
  if (!token || !destinationToken) throw new Error('a chain has no token');
  const order = {
    settlementId: draft.settlementId ?? `test-${randomUUID()}`,
    holder: accounts.alice.address,
    recipient: accounts[draft.recipient ?? 'bob'].address,
    token: token.address,
    destinationToken: destinationToken.address,
    destinationGateway: destination.gateway,
    amount: draft.amount ?? 1_000_000n,
    sourceChainId: BigInt(source.chainId),
    destinationChainId: BigInt(destination.chainId),
    validBefore: BigInt(Math.floor(Date.now() / 1000) + (draft.validForSeconds ?? 3_600)),
    maxAttempts: draft.maxAttempts ?? 3,
  };
  return signOrder(order, source.gateway, privateKeyToAccount(accounts[draft.signer ?? 'alice'].privateKey));
}

export function chainOf(config: Config, index: number): ChainConfig {
  const chain = config.chains[index];
  if (!chain) throw new Error(`no chain ${index}`);
  return chain;
}
