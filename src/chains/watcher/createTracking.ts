import type { Hex } from 'viem';
import { TransientError } from '../../domain/errors';
import { isApplicable, isApplied, type Slot } from '../../domain/slot';
import type { Chain } from '../chain';
import { readManySlots } from '../readManySlots';
import type { ChainView } from './createFollower';
import type { NewsQueue } from './createNewsQueue';
import { readGatewayEvents, type GatewayEvent } from './readGatewayEvents';
import type { Sighting, TrackedOperation } from './sighting';

/** Providers bound a range of logs; what lies further back is found by the first read of the slot, or by the sweep. */
const mostLogBlocks = 1_000n;
/** Of an operation that was tracked before the watcher's first look: more blocks than can pass until then. */
const blocksBeforeFirstLook = 16n;
/** A node that answers without the newest logs costs a delay, never a settlement: so often all slots are read again. */
const sweepEveryMs = 30_000;

interface Entry {
  readonly operation: TrackedOperation;
  readonly queue: NewsQueue;
  /** The newest block that was known when it was tracked; what is sent after that is in a later one. */
  readonly since: bigint | null;
  /** What was told of the slot last, so that the same is not told again. */
  toldSlot: string | null;
  readonly toldRefusals: Set<Hex>;
}

export interface Tracking {
  readonly size: number;
  /** `since`: the newest block known now. Returns how to end it. */
  add(operation: TrackedOperation, queue: NewsQueue, since: bigint | null): () => void;
  /** Reads what the view has made worth reading, and tells. What fails is made up for with the next view. */
  take(view: ChainView): Promise<void>;
  clear(): void;
}

/** All tracked operations of one chain: where to look comes from the gateway's events, what is told from slots at one final block. */
export function createTracking(chain: Chain): Tracking {
  const entries = new Set<Entry>();
  /** Not read yet, or touched by an event that has become final. */
  const toRead = new Set<Entry>();
  /** Every event of the gateway above the final block, whoever is tracked, and complete up to `coveredTo`. */
  let events: GatewayEvent[] = [];
  let coveredTo: bigint | null = null;
  /** Events of blocks that are gone, until it is known whether their transactions are in again. */
  let orphans: GatewayEvent[] = [];
  let sweptAt = Date.now();
  let sweptBlock = 0n;

  function forgetEvents(): void {
    events = [];
    orphans = [];
    coveredTo = null;
  }

  function unwind({ reorgedAbove, pastFinality }: ChainView): void {
    if (reorgedAbove === null) return;
    orphans.push(...events.filter(({ blockNumber }) => blockNumber > reorgedAbove));
    events = events.filter(({ blockNumber }) => blockNumber <= reorgedAbove);
    if (coveredTo !== null && coveredTo > reorgedAbove) coveredTo = reorgedAbove;
    if (pastFinality) for (const entry of entries) toRead.add(entry); // what was told may be true no more
  }

  /**
   * Slots at the final block tell what was applied up to there, but not what was refused since an operation is tracked: the block
   * that refused it may be final before the first look.
   */
  function startOfEvents(latest: bigint, final: bigint): bigint {
    const starts = [...entries].map(({ since }) => since ?? latest - blocksBeforeFirstLook);
    return -maxOf(...[final, ...starts].map((number) => -number));
  }

  async function readEvents({ latest, final, at }: ChainView): Promise<void> {
    const floor = latest.number - mostLogBlocks;
    const known = coveredTo ?? startOfEvents(latest.number, final.number);
    const fromBlock = maxOf(known, floor, -1n) + 1n;
    if (fromBlock > latest.number) return;
    const onlyHash = fromBlock === latest.number ? latest.hash : null;
    const found = await readGatewayEvents(chain, { fromBlock, toBlock: latest.number, onlyHash });
    const moved = found.some(({ blockNumber, blockHash }) => (at(blockNumber)?.hash ?? blockHash) !== blockHash);
    if (moved) throw new TransientError('CHAIN_UNAVAILABLE', `${chain.config.name} moved while its events were read`);
    events.push(...found);
    coveredTo = latest.number;
  }

  function tellDropped(): void {
    for (const orphan of orphans.splice(0)) {
      if (events.some((event) => isSame(event, orphan) && event.transactionHash === orphan.transactionHash)) continue;
      for (const { operation, queue } of entries) {
        if (isOf(orphan, operation)) queue.push({ kind: 'dropped', transactionHash: orphan.transactionHash });
      }
    }
  }

  function sweep({ final }: ChainView): void {
    if (Date.now() - sweptAt < sweepEveryMs || final.number === sweptBlock) return;
    sweptAt = Date.now();
    sweptBlock = final.number;
    for (const entry of entries) toRead.add(entry);
  }

  async function readSlots({ final }: ChainView): Promise<void> {
    const settled = events.filter(({ blockNumber }) => blockNumber <= final.number);
    const touched = new Set(settled.map(({ settlementKey }) => settlementKey));
    for (const entry of entries) if (touched.has(entry.operation.settlementKey)) toRead.add(entry);
    const reading = [...toRead];
    const slots = await readSlotsAt(chain, reading, final.hash);
    for (const entry of reading) {
      toRead.delete(entry);
      const slot = slots.get(identityText(entry.operation));
      if (!slot || !entries.has(entry)) continue;
      for (const sighting of sightingsOf(entry, slot, settled, final)) entry.queue.push(sighting);
    }
    events = events.filter(({ blockNumber }) => blockNumber > final.number);
  }

  return {
    get size() {
      return entries.size;
    },
    add(operation, queue, since) {
      const entry: Entry = { operation, queue, since, toldSlot: null, toldRefusals: new Set() };
      entries.add(entry);
      toRead.add(entry);
      return () => {
        entries.delete(entry);
        toRead.delete(entry);
        queue.close();
      };
    },
    async take(view) {
      if (entries.size === 0) return forgetEvents();
      unwind(view);
      await readEvents(view);
      tellDropped();
      sweep(view);
      await readSlots(view);
    },
    clear() {
      for (const { queue } of entries) queue.close();
      entries.clear();
      toRead.clear();
      forgetEvents();
    },
  };
}

/** What a slot at a final block, and the refusals up to that block, are news of. */
function* sightingsOf(
  entry: Entry,
  slot: Slot,
  settled: readonly GatewayEvent[],
  block: ChainView['final'],
): Generator<Sighting> {
  const { kind, attempt } = entry.operation;
  const verdict = isApplied(slot, kind, attempt)
    ? 'final'
    : isApplicable(slot, kind, attempt)
      ? null
      : ('superseded' as const);
  const toldSlot = verdict && `${verdict} ${slot.state} ${slot.attempt}`;
  if (verdict && toldSlot !== entry.toldSlot) {
    const applied = settled.findLast((event) => event.name === 'OperationApplied' && isOf(event, entry.operation));
    const transactionHash = applied?.transactionHash ?? null;
    yield verdict === 'final' ? { kind: verdict, slot, block, transactionHash } : { kind: verdict, slot, block };
  }
  entry.toldSlot = toldSlot;
  if (verdict) return;
  for (const { transactionHash, reason, ...event } of settled) {
    if (reason === null || !isOf(event, entry.operation) || entry.toldRefusals.has(transactionHash)) continue;
    entry.toldRefusals.add(transactionHash);
    yield { kind: 'refused', reason, transactionHash, slot, block };
  }
}

/** By what tells one order's slot from another's; all of them by one call, or a few. */
async function readSlotsAt(chain: Chain, entries: readonly Entry[], blockHash: Hex): Promise<Map<string, Slot>> {
  if (entries.length === 0) return new Map();
  const identities = new Map(entries.map(({ operation }) => [identityText(operation), operation]));
  const slots = await readManySlots(chain, [...identities.values()], { blockHash });
  return new Map([...identities.keys()].map((text, index) => [text, slots[index] as Slot]));
}

function maxOf(...numbers: readonly bigint[]): bigint {
  return numbers.reduce((most, number) => (number > most ? number : most));
}

function identityText({ settlementKey, fingerprint }: TrackedOperation): string {
  return `${settlementKey}/${fingerprint}`;
}

type OperationOfEvent = Pick<GatewayEvent, 'settlementKey' | 'kind' | 'attempt'>;

/** Not by fingerprint: a refusal for an unknown route carries another. */
function isOf(event: OperationOfEvent, operation: TrackedOperation): boolean {
  return (
    event.settlementKey === operation.settlementKey &&
    event.kind === operation.kind &&
    event.attempt === operation.attempt
  );
}

const isSame = (one: GatewayEvent, other: GatewayEvent): boolean => isOf(one, other);
