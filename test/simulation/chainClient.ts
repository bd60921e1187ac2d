import { pad, toFunctionSelector, TransactionReceiptNotFoundError, zeroAddress, type Address, type Hex } from 'viem';
import type { PublicClient } from 'viem';
import type { Chain } from '../../src/chains/chain';
import type { ChainConfig } from '../../src/config';
import { operationKinds, slotStates, type SlotState } from '../../src/domain/slot';
import type { SettlementOrder } from '../../src/domain/order';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import { logOf, receiptWith } from '../unit/chains/events';
import type { Gate } from './gate';
import type { Included, SimulatedBlock } from './blocks';
import type { SimulatedChain } from './simulatedChain';

/* FAKE: a node's answers about a simulated chain, to just the questions that src/chains asks. */

interface Parts {
  readonly chain: SimulatedChain;
  readonly config: ChainConfig;
  readonly gate: Gate;
  readonly order: SettlementOrder;
  /** The other end of the one route there is. */
  readonly remote: { readonly gateway: Address; readonly token: Address };
}

type At = { readonly blockHash?: Hex; readonly blockTag?: string; readonly blockNumber?: bigint };

export function createChainClient(parts: Parts): Chain {
  const { chain, config, gate } = parts;
  const ask = <T>(question: string, answer: () => T): Promise<T> =>
    gate.through(`asking ${chain.policy.name} for ${question}`, () => {
      chain.requireReachable(question);
      return answer();
    });
  const blockAt = ({ blockHash, blockNumber }: At): SimulatedBlock => {
    if (blockHash === undefined && blockNumber === undefined) return chain.head();
    const block = chain.at(({ hash, number }) => hash === blockHash || number === blockNumber);
    if (!block) throw new Error('header not found');
    return block;
  };
  const client = {
    getBlock: (at: At) => ask('a block', () => blockAt(at)),
    readContract: (call: At & { functionName: string }) =>
      ask(call.functionName, () => view(parts, call.functionName, blockAt(call))),
    getTransactionCount: (call: At & { address: Address }) =>
      ask('a nonce', () => blockAt(call).nonces[call.address] ?? 0),
    getTransactionReceipt: ({ hash }: { hash: Hex }) => ask('a receipt', () => receiptOf(parts, hash)),
    getLogs: ({ args }: { args: { kind: number } }) => ask('logs', () => appliedLogs(chain, args.kind)),
    call: () => ask('ecrecover', () => ({ data: pad(parts.order.holder) })),
  };
  return { config, client: client as unknown as PublicClient };
}

/** What the gateway's (and the token's) views answer. */
function view({ chain, order, remote }: Parts, name: string, block: SimulatedBlock): unknown {
  const { mood } = chain;
  switch (name) {
    case 'slotOf': {
      const { state, attempt, orderHash } = block.slot;
      return [slotStates.indexOf(state as SlotState), attempt, BigInt(orderHash)];
    }
    case 'isRevoked':
      return block.revoked;
    case 'pausedNew':
      return mood.pausedNew;
    case 'pausedAll':
      return mood.pausedAll;
    case 'mintLimitOf':
    case 'burnLimitOf':
      return [mood.limitUsedUp ? 0n : order.amount, order.amount];
    case 'routeOf':
      return { remoteGateway: remote.gateway, remoteToken: remote.token, decimals: 6, enabled: true };
    case 'balanceOf':
      return chain.policy.name === 'alder' && !mood.spent ? order.amount + block.supply : 0n;
    default:
      throw new Error(`execution reverted: ${name} of ${zeroAddress}`);
  }
}

function receiptOf({ chain, config }: Parts, hash: Hex) {
  const found = chain.find(hash);
  if (!found) throw new TransactionReceiptNotFoundError({ hash });
  const { block, included } = found;
  const status = included.answers ? 'success' : 'reverted';
  return receiptWith(logsOf(included, config.gateway), { status, blockNumber: block.number });
}

function logsOf({ transaction, answers }: Included, emitter: Address) {
  return (answers ?? []).map((answer, index) => {
    const { kind, attempt, order } = transaction.operations[index] as (typeof transaction.operations)[number];
    const reason = answer.event === 'OperationRefused' ? selectorOf(answer.reason) : undefined;
    return logOf({
      name: answer.event,
      emitter,
      settlementKey: settlementKeyOf(order.settlementId),
      kind,
      attempt,
      ...(reason ? { reason } : {}),
    });
  });
}

const selectorOf = (reason: string): Hex =>
  reason.startsWith('0x') ? (reason as Hex) : toFunctionSelector(`${reason}()`);

function appliedLogs(chain: SimulatedChain, kind: number) {
  return chain
    .applied()
    .filter(({ operation }) => operation.kind === operationKinds[kind])
    .map(({ operation, hash }) => ({ args: { attempt: operation.attempt }, transactionHash: hash }));
}
