import type { ChainChecker } from './checker';
import { digestOf, keyOf } from './gatewayAbi';
import { settlementsOf, type SettlementOperations } from './settlements';
import { kinds, type Applied, type ChainFacts, type Order, type World } from './world';

export const i5SameOrder: ChainChecker = {
  invariant: 'I5',
  says: 'order hash, amount and recipient agree across burn, mint and refund, and with the order in the calldata, which its holder signed',
  check: (world) => settlementsOf(world).flatMap((settlement) => findings(world, settlement)),
};

function findings(world: World, settlement: SettlementOperations): string[] {
  const [first] = settlement.all;
  const found: string[] = [];
  for (const one of settlement.all) {
    const where = `${settlement.name} ${kinds[one.kind]} attempt ${one.attempt}`;
    if (one.fingerprint !== first?.fingerprint) found.push(`${where}: another order hash than the first operation's`);
    if (one.amount !== first?.amount) found.push(`${where}: ${one.amount}, the first operation ${first?.amount}`);
    if (!one.order) found.push(`${where}: its transaction's calldata holds no operation at its place`);
    else found.push(...againstOrder(world, one, one.order).map((what) => `${where}: ${what}`));
  }
  return found;
}

function againstOrder({ chains }: World, one: Applied, order: Order): string[] {
  const found: string[] = [];
  if (one.isSigned === false) found.push("the signature in the calldata is not the holder's");
  const onSource = kinds[one.kind] === 'Burn' || kinds[one.kind] === 'Refund';
  const source = chainOf(chains, order.sourceChainId);
  if (keyOf(order.settlementId) !== one.settlementKey) found.push('another settlement than the calldata says');
  if (!source || digestOf(order, source.chain.gateway) !== one.fingerprint) {
    found.push('the order hash is not the digest of the order in the calldata');
  }
  if (one.amount !== order.amount) found.push(`${one.amount}, the order says ${order.amount}`);
  if (one.account !== (onSource ? order.holder : order.recipient)) found.push(`went to or came from ${one.account}`);
  const rightChain = onSource ? order.sourceChainId : order.destinationChainId;
  if (BigInt(one.chainId) !== rightChain) found.push(`happened on chain ${one.chainId}, not ${rightChain}`);
  return found;
}

function chainOf(chains: readonly ChainFacts[], chainId: bigint): ChainFacts | undefined {
  return chains.find(({ chain }) => BigInt(chain.chainId) === chainId);
}
