import { getAbiItem, type Hex } from 'viem';
import { operationKinds, type OperationKind } from '../../domain/slot';
import { askChain, type Chain } from '../chain';
import { settlementGatewayAbi } from '../generated/settlementGateway';
import { refusalName } from '../refusalName';

/** What the gateway said of one operation in one transaction. Only a hint where to look: the slot decides. */
export interface GatewayEvent {
  readonly name: 'OperationApplied' | 'OperationAlreadyApplied' | 'OperationRefused';
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
  readonly kind: OperationKind;
  readonly attempt: number;
  /** Base units that an applied operation moved, or would have for a tombstone; else null. */
  readonly amount: bigint | null;
  /** Of a refusal. */
  readonly reason: string | null;
  readonly transactionHash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
}

export interface BlockRange {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
  /** Of the only block of the range: pinned by it, no node can answer for a block it does not have. */
  readonly onlyHash: Hex | null;
}

const events = [
  getAbiItem({ abi: settlementGatewayAbi, name: 'OperationApplied' }),
  getAbiItem({ abi: settlementGatewayAbi, name: 'OperationAlreadyApplied' }),
  getAbiItem({ abi: settlementGatewayAbi, name: 'OperationRefused' }),
] as const;

/** The gateway's operation events of a range, with one eth_getLogs. @throws TransientError CHAIN_UNAVAILABLE */
export async function readGatewayEvents(chain: Chain, range: BlockRange): Promise<readonly GatewayEvent[]> {
  const { fromBlock, toBlock, onlyHash } = range;
  const place = onlyHash === null ? { fromBlock, toBlock } : { blockHash: onlyHash };
  const logs = await askChain(chain, 'what its gateway did', (client) =>
    client.getLogs({ address: chain.config.gateway, events, strict: true, ...place }),
  );
  return logs.flatMap((log) => {
    const { settlementKey, fingerprint, kind, attempt } = log.args;
    const kindName = operationKinds[kind];
    if (kindName === undefined) return [];
    const reason = log.eventName === 'OperationRefused' ? refusalName(log.args.reason) : null;
    const amount = log.eventName === 'OperationApplied' ? log.args.amount : null;
    const { eventName: name, transactionHash, blockNumber, blockHash } = log;
    const operation = { settlementKey, fingerprint, kind: kindName, attempt, amount, reason };
    return [{ name, ...operation, transactionHash, blockNumber, blockHash }];
  });
}
