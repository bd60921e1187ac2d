import {
  encodeAbiParameters,
  encodeEventTopics,
  type Address,
  type Hex,
  type Log,
  type TransactionReceipt,
} from 'viem';
import { settlementGatewayAbi } from '../../../src/chains/generated/settlementGateway';
import { operationKinds, type OperationKind } from '../../../src/domain/slot';

export interface OperationEvent {
  readonly name: 'OperationApplied' | 'OperationAlreadyApplied' | 'OperationRefused';
  readonly emitter: Address;
  readonly settlementKey: Hex;
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly reason?: Hex;
}

const hash: Hex = `0x${'ee'.repeat(32)}`;

/** The log a gateway writes for one operation. */
export function logOf({ name, emitter, settlementKey, kind, attempt, reason = '0x00000000' }: OperationEvent): Log {
  const data = {
    OperationApplied: encodeAbiParameters(
      [{ type: 'uint8' }, { type: 'address' }, { type: 'uint256' }],
      [attempt, emitter, 1n],
    ),
    OperationAlreadyApplied: encodeAbiParameters([{ type: 'uint8' }], [attempt]),
    OperationRefused: encodeAbiParameters([{ type: 'uint8' }, { type: 'bytes4' }], [attempt, reason]),
  }[name];
  const topics = encodeEventTopics({
    abi: settlementGatewayAbi,
    eventName: name,
    args: { settlementKey, fingerprint: hash, kind: operationKinds.indexOf(kind) },
  });
  return {
    address: emitter,
    topics: topics as [Hex, ...Hex[]],
    data,
    blockHash: hash,
    blockNumber: 1n,
    blockTimestamp: 1n,
    logIndex: 0,
    transactionHash: hash,
    transactionIndex: 0,
    removed: false,
  };
}

/** As much of a receipt as anybody here reads. */
export function receiptWith(
  logs: readonly Log[],
  facts: { status?: 'success' | 'reverted'; blockNumber?: bigint } = {},
): TransactionReceipt {
  return { status: 'success', blockNumber: 1n, ...facts, logs: [...logs] } as unknown as TransactionReceipt;
}
