import { operationKinds, type OperationKind } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** The gas a transaction with these operations needs besides its calldata: the gateway's fixed base and caps. */
export async function readGasOf(chain: Chain, kinds: readonly OperationKind[]): Promise<bigint> {
  const gateway = { address: chain.config.gateway, abi: settlementGatewayAbi } as const;
  const parts = await askChain(chain, 'its gas caps', (client) =>
    Promise.all([
      client.readContract({ ...gateway, functionName: 'gasBase' }),
      ...kinds.map((kind) =>
        client.readContract({ ...gateway, functionName: 'gasCapOf', args: [operationKinds.indexOf(kind)] }),
      ),
    ]),
  );
  return parts.reduce((sum, part) => sum + part, 0n);
}
