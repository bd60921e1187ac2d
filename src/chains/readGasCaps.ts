import { operationKinds, type OperationKind } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

export interface GasCaps {
  /** For a transaction, besides its operations and calldata. */
  readonly base: bigint;
  /** For each operation of a kind: exactly what the gateway gives it. */
  readonly of: Readonly<Record<OperationKind, bigint>>;
}

/** The gateway's gas constants. */
export async function readGasCaps(chain: Chain): Promise<GasCaps> {
  const gateway = { address: chain.config.gateway, abi: settlementGatewayAbi } as const;
  const [base, ...caps] = await askChain(chain, 'its gas caps', (client) =>
    Promise.all([
      client.readContract({ ...gateway, functionName: 'gasBase' }),
      ...operationKinds.map((_, index) => client.readContract({ ...gateway, functionName: 'gasCapOf', args: [index] })),
    ]),
  );
  const entries = operationKinds.map((kind, index) => [kind, caps[index]] as const);
  return { base, of: Object.fromEntries(entries) as Record<OperationKind, bigint> };
}
