import { getAbiItem, type Address } from 'viem';
import { createChain } from '../chains/chain';
import { settlementGatewayAbi } from '../chains/generated/settlementGateway';
import type { Config } from '../config';
import { settlementKeyOf } from '../domain/fingerprint';
import { operationKinds, type OperationKind } from '../domain/slot';

export interface AppliedOperation {
  readonly chain: string;
  readonly kind: OperationKind;
  readonly account: Address;
  readonly amount: bigint;
}

const event = getAbiItem({ abi: settlementGatewayAbi, name: 'OperationApplied' });

/** Everything the gateways did for one settlement, from their own events: the source chain's first. */
export async function readOperations(config: Config, settlementId: string): Promise<readonly AppliedOperation[]> {
  const perChain = config.chains.map(async (chainConfig) => {
    const logs = await createChain(chainConfig).client.getLogs({
      address: chainConfig.gateway,
      event,
      args: { settlementKey: settlementKeyOf(settlementId) },
      fromBlock: BigInt(chainConfig.gatewayDeployedAtBlock),
      toBlock: 'latest',
      strict: true,
    });
    return logs.map(({ args }) => {
      const kind = operationKinds[args.kind];
      if (kind === undefined) throw new Error(`unknown operation kind ${args.kind}`);
      return { chain: chainConfig.name, kind, account: args.account, amount: args.amount };
    });
  });
  return (await Promise.all(perChain)).flat();
}
