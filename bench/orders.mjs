import { privateKeyToAccount } from 'viem/accounts';
import { devAccounts, signOrder } from './project.mjs';

/** Who holds tokens on both chains and is frozen on none. Several, for no row or balance to be everybody's. */
const holders = ['alice', 'bob', 'carol', 'dave'];
const amountBaseUnits = 1_000n;
const validForSeconds = 24 * 3_600;

/**
 * Signs orders ahead, from the first chain to the second or back, each to a recipient that holds the token already.
 * @returns {(count: number, purpose: string) => Promise<readonly import('../src/domain/order').SignedOrder[]>}
 */
export function createSigner({ config, runId }, { back = false } = {}) {
  const [first, second] = config.chains;
  const [source, destination] = back ? [second, first] : [first, second];
  const accounts = holders.map((name) => privateKeyToAccount(devAccounts()[name].privateKey));
  let made = 0;

  return async function sign(count, purpose) {
    const validBefore = BigInt(Math.floor(Date.now() / 1000) + validForSeconds);
    const signed = [];
    while (signed.length < count) {
      const holder = accounts[made % accounts.length];
      const order = {
        settlementId: `bench-${runId}-${purpose}-${made}`,
        holder: holder.address,
        recipient: accounts[(made + 1) % accounts.length].address,
        token: source.tokens[0].address,
        destinationToken: destination.tokens[0].address,
        destinationGateway: destination.gateway,
        amount: amountBaseUnits,
        sourceChainId: BigInt(source.chainId),
        destinationChainId: BigInt(destination.chainId),
        validBefore,
        maxAttempts: 3,
      };
      made += 1;
      signed.push(await signOrder(order, source.gateway, holder));
    }
    return signed;
  };
}
