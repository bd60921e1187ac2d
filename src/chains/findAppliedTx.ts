import { getAbiItem, type Hex } from 'viem';
import type { OrderIdentity } from '../domain/fingerprint';
import { operationKinds, type OperationKind } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

const appliedEvent = getAbiItem({ abi: settlementGatewayAbi, name: 'OperationApplied' });

/** The transaction that applied this operation, found by the gateway's own event (and by no other contract's), or null. */
export async function findAppliedTx(
  chain: Chain,
  operation: OrderIdentity & { kind: OperationKind; attempt: number },
): Promise<Hex | null> {
  const logs = await askChain(chain, 'which transaction applied it', (client) =>
    client.getLogs({
      address: chain.config.gateway,
      event: appliedEvent,
      args: {
        settlementKey: operation.settlementKey,
        fingerprint: operation.fingerprint,
        kind: operationKinds.indexOf(operation.kind),
      },
      fromBlock: BigInt(chain.config.gatewayDeployedAtBlock),
      toBlock: 'latest',
      strict: true,
    }),
  );
  return logs.find((log) => log.args.attempt >= operation.attempt)?.transactionHash ?? null;
}
