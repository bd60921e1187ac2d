import { readSlot } from '../chains/readSlot';
import type { ErrorCode } from '../domain/errorCodes';
import { TransientError } from '../domain/errors';
import { fingerprintOf, identityOf, type OrderIdentity } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { isApplied, type Slot } from '../domain/slot';
import { proveNoBurn } from '../lanes/proveNoBurn';
import type { StagedOperation } from '../ledger/stagedSettlements';
import type { SeenSettlement } from './planSettlement';
import type { PinnedChain } from './recoveryContext';

/** One order as the chains tell it. */
export interface SeenOrder extends SeenSettlement {
  readonly order: SettlementOrder;
  readonly fingerprint: `0x${string}`;
  /** Of its last burn; `0x` where none is known: then no burn can be sent again. */
  readonly signature: string;
  readonly sourceChain: string;
  readonly destinationChain: string;
}

/**
 * What both chains say of one order: the operations that were read, and both slots at the pinned blocks. Null when no calldata
 * tells the order, or one of its chains is not configured.
 * @throws TransientError CHAIN_UNAVAILABLE, also when events and slot of a chain do not fit: then events are missing
 */
export async function seeSettlement(
  chains: readonly PinnedChain[],
  operations: readonly StagedOperation[],
): Promise<SeenOrder | null> {
  const json = operations.find(({ order }) => order !== null)?.order;
  const [fingerprint] = operations.map((operation) => operation.fingerprint);
  if (!json || !fingerprint) return null;
  const order = parseOrder(json);
  const pinnedOf = (id: bigint) => chains.find(({ chain }) => BigInt(chain.config.chainId) === id);
  const [source, destination] = [pinnedOf(order.sourceChainId), pinnedOf(order.destinationChainId)];
  if (!source || !destination || fingerprintOf(order, source.chain.config.gateway) !== fingerprint) return null;

  const identity = identityOf(order, source.chain.config.gateway);
  const [sourceSlot, destinationSlot] = await Promise.all([
    readPinnedSlot(source, identity, operations),
    readPinnedSlot(destination, identity, operations),
  ]);
  return {
    order,
    fingerprint,
    signature: operations.findLast(({ signature }) => signature !== null)?.signature ?? '0x',
    sourceChain: source.chain.config.name,
    destinationChain: destination.chain.config.name,
    source: sourceSlot,
    destination: destinationSlot,
    operations,
    ended: await whyEnded(source, order, identity, sourceSlot),
  };
}

async function readPinnedSlot(
  { chain, block }: PinnedChain,
  identity: OrderIdentity,
  operations: readonly StagedOperation[],
): Promise<Slot> {
  const slot = await readSlot(chain, identity, { blockHash: block.hash });
  const last = operations.findLast(({ chainId }) => chainId === chain.config.chainId);
  const fits = last
    ? isApplied(slot, last.kind, last.attempt) && slot.attempt === last.attempt
    : slot.state === 'None' || slot.state === 'OtherOrder';
  if (fits) return slot;
  const told = last ? `${last.kind}(${last.attempt})` : 'nothing';
  throw new TransientError(
    'CHAIN_UNAVAILABLE',
    `${chain.config.name}: the slot of ${identity.settlementKey} is ${slot.state}(${slot.attempt}), its events end with ${told}; ` +
      `the node or gatewayDeployedAtBlock (${chain.config.gatewayDeployedAtBlock}) leaves events out`,
  );
}

/** Why nothing more of a refunded order can be burned, proved at the pinned block without a journal; null: nothing proves it. */
async function whyEnded(
  { chain, block }: PinnedChain,
  order: SettlementOrder,
  identity: OrderIdentity,
  slot: Slot,
): Promise<ErrorCode | null> {
  if (slot.state !== 'Refunded') return null;
  const attempt = slot.attempt + 1;
  if (attempt >= order.maxAttempts) return 'ATTEMPTS_EXHAUSTED';
  const burn = { ...identity, chainId: chain.config.chainId, kind: 'Burn', attempt } as const;
  const proof = await proveNoBurn(chain, { order, burn, final: { block, slot }, journaled: null });
  if (proof === 'expired') return 'EXPIRED';
  return proof === 'revoked' ? 'REVOKED' : null;
}
