import { privateKeyToAccount } from 'viem/accounts';
import { signOrder } from '../../src/client/signOrder';
import type { SignedOrder } from '../../src/domain/order';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';
import type { FaultWorld } from './faultWorld';

export interface OrderDraft {
  readonly settlementId: string;
  readonly amount: bigint;
  readonly from: 'alder' | 'birch';
  readonly holder: DevAccountName;
  readonly recipient: DevAccountName;
  readonly validForSeconds: number;
}

type Orderable = Pick<FaultWorld, 'stack' | 'chains'>;

/** A signed order in either direction. */
export async function signDraft({ stack, chains }: Orderable, draft: OrderDraft): Promise<SignedOrder> {
  const [source, destination] = draft.from === 'alder' ? stack.chains : [...stack.chains].reverse();
  if (!source || !destination) throw new Error('a stack has two chains');
  const { holder, recipient } = { holder: devAccounts()[draft.holder], recipient: devAccounts()[draft.recipient] };
  const order = {
    ...{ settlementId: draft.settlementId, amount: draft.amount, maxAttempts: 3 },
    ...{ holder: holder.address, recipient: recipient.address },
    ...{ token: source.token, destinationToken: destination.token, destinationGateway: destination.gateway },
    ...{ sourceChainId: BigInt(source.chainId), destinationChainId: BigInt(destination.chainId) },
    validBefore: BigInt(Math.max(...chains.map((hand) => hand.nowSeconds())) + draft.validForSeconds),
  };
  return signOrder(order, source.gateway, privateKeyToAccount(holder.privateKey));
}

/** Nothing special: one that is to be COMPLETED. */
export function plainOrder(
  world: Orderable,
  settlementId: string,
  from: 'alder' | 'birch' = 'alder',
  validForSeconds = 7_200,
): Promise<SignedOrder> {
  const rest = { holder: 'alice', recipient: 'bob', validForSeconds } as const;
  return signDraft(world, { settlementId, from, amount: 1_000n, ...rest });
}
