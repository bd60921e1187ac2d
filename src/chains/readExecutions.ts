import { decodeFunctionData, isAddressEqual, keccak256, serializeTransaction, type Hex, type Transaction } from 'viem';
import { PermanentError, TransientError } from '../domain/errors';
import { settlementKeyOf } from '../domain/fingerprint';
import { orderToJson, type SettlementOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { operationKinds } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { readGatewayEvents, type BlockRange, type GatewayEvent } from './watcher/readGatewayEvents';

/** What the gateway said of one operation, and what the calldata says it was asked. */
export interface ExecutedOperation extends Pick<
  GatewayEvent,
  'name' | 'settlementKey' | 'fingerprint' | 'kind' | 'attempt' | 'reason'
> {
  /** Null: another contract called the gateway, or the order is none that this program takes. */
  readonly order: SettlementOrder | null;
  /** The holder's; only a burn carries one. */
  readonly signature: Hex | null;
}

/** One transaction in which the gateway said something. */
export interface Execution {
  readonly hash: Hex;
  readonly signer: Hex;
  readonly nonce: number;
  /** The signed bytes; null where it is of a type that no lane of ours signs. */
  readonly raw: Hex | null;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly operations: readonly ExecutedOperation[];
}

/** Of one tick, and so of few requests: a range can hold more than a node answers at once. */
const mostAtOnce = 200;

/**
 * Every transaction of a block range that made the gateway speak, whoever sent it, in the order of the chain: one eth_getLogs,
 * and the transactions by their hashes.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function readExecutions(chain: Chain, range: BlockRange): Promise<readonly Execution[]> {
  const byHash = new Map<Hex, GatewayEvent[]>();
  for (const event of await readGatewayEvents(chain, range)) {
    const events = byHash.get(event.transactionHash);
    if (events) events.push(event);
    else byHash.set(event.transactionHash, [event]);
  }
  const transactions = [...byHash];
  const executions: Execution[] = [];
  while (executions.length < transactions.length) {
    const some = transactions.slice(executions.length, executions.length + mostAtOnce);
    executions.push(...(await Promise.all(some.map(([hash, events]) => readExecution(chain, hash, events)))));
  }
  return executions;
}

async function readExecution(chain: Chain, hash: Hex, events: readonly GatewayEvent[]): Promise<Execution> {
  const transaction = await askChain(chain, `transaction ${hash}`, (client) => client.getTransaction({ hash }));
  if (transaction.blockHash !== events[0]?.blockHash) {
    throw new TransientError('CHAIN_UNAVAILABLE', `${chain.config.name} tells of ${hash} in two different blocks`);
  }
  const asked = askedOf(chain, transaction);
  return {
    hash,
    signer: transaction.from,
    nonce: transaction.nonce,
    raw: rawOf(chain, transaction),
    maxFeePerGas: transaction.maxFeePerGas ?? transaction.gasPrice,
    maxPriorityFeePerGas: transaction.maxPriorityFeePerGas ?? transaction.gasPrice,
    // The n-th event always belongs to the n-th operation (contracts/src/ISettlementGateway.sol).
    operations: events.map((event, index) => ({ ...event, ...orderIn(asked[index], event) })),
  };
}

type Asked = ReturnType<typeof askedOf>;

function askedOf({ config }: Chain, { to, input }: Transaction) {
  if (to === null || !isAddressEqual(to, config.gateway)) return [];
  try {
    const call = decodeFunctionData({ abi: settlementGatewayAbi, data: input });
    return call.functionName === 'execute' ? call.args[0] : [];
  } catch {
    return [];
  }
}

function orderIn(
  asked: Asked[number] | undefined,
  event: GatewayEvent,
): Pick<ExecutedOperation, 'order' | 'signature'> {
  const isIts =
    asked !== undefined &&
    settlementKeyOf(asked.order.settlementId) === event.settlementKey &&
    operationKinds[asked.kind] === event.kind &&
    asked.attempt === event.attempt;
  if (!isIts) return { order: null, signature: null };
  try {
    const order = parseOrder(orderToJson(asked.order));
    return { order, signature: event.kind === 'Burn' ? asked.signature : null };
  } catch (error) {
    // The gateway takes ids and deadlines that this program never lets in.
    if (error instanceof PermanentError) return { order: null, signature: null };
    throw error;
  }
}

/** A node tells a transaction in pieces; put together again they must have its hash. Other types of transaction no lane signs. */
function rawOf(chain: Chain, transaction: Transaction): Hex | null {
  const raw = serialized(transaction);
  if (raw === null || keccak256(raw) === transaction.hash) return raw;
  throw new TransientError(
    'CHAIN_UNAVAILABLE',
    `${chain.config.name} tells ${transaction.hash} in pieces that do not make it`,
  );
}

function serialized(transaction: Transaction): Hex | null {
  const { r, s, v, yParity, nonce, gas, to, value, input: data } = transaction;
  const common = { nonce, gas, to, value, data };
  if (transaction.type === 'legacy') {
    const { gasPrice, chainId } = transaction;
    return serializeTransaction({ ...common, type: 'legacy', gasPrice, chainId }, { r, s, v });
  }
  if (transaction.type !== 'eip1559') return null;
  const { chainId, accessList, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  return serializeTransaction(
    { ...common, type: 'eip1559', chainId, accessList, maxFeePerGas, maxPriorityFeePerGas },
    { r, s, yParity: yParity ?? Number(v) },
  );
}
