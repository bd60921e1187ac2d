import { batchRunIdOf, type BatchMintRequest, type BatchStep, type Straggler } from '../../domain/batch';
import { readLimit } from '../../chains/readLimit';
import { readPaused } from '../../chains/readPaused';
import { isApplied } from '../../domain/slot';
import { appliedTransaction } from '../../lanes/appliedTransaction';
import type { Pace } from '../../lanes/pace';
import { readManySlots } from '../../lanes/readManySlots';
import type { Slots } from '../../lanes/readSlots';
import { settleTogether, type Together } from '../../lanes/settleTogether';
import type { LedgerSettlement } from '../../ledger/ledger';
import { createPace } from '../createPace';
import type { Dependencies } from '../dependencies';
import { mint } from '../mint';
import { operationFor } from '../operationFor';
import { eachAlone } from './eachAlone';
import { readItems, type BatchGroup, type BatchItem } from './readItems';

/**
 * Takes a range of a batch from BURNED to COMPLETED, on the conditions of a single mint: each burn is final at this moment before
 * its mint is handed in, and still stands once that is final. Safe to run any number of times.
 * @throws TransientError while something that may pass hinders one of them
 */
export async function mintBatch(deps: Dependencies, { except, ...range }: BatchMintRequest): Promise<BatchStep> {
  const pace = createPace({ batchRunId: batchRunIdOf(range.batchId) });
  const left = new Set(except);
  const { groups } = await readItems(deps, range); // who is none has left already
  const found = await Promise.all(
    groups.map(({ items, ...chains }) =>
      mintGroup(deps, { ...chains, items: items.filter(({ position }) => !left.has(position)) }, pace),
    ),
  );
  return { stragglers: found.flat() };
}

interface Owned {
  readonly item: BatchItem;
  readonly row: LedgerSettlement;
}

async function mintGroup(deps: Dependencies, group: BatchGroup, pace: Pace): Promise<readonly Straggler[]> {
  const { destination } = group;
  const { owned, stragglers } = await readOwned(deps, group.items, pace);
  const identities = owned.map(({ item }) => item.identity);
  const [burns, there, mayMint] = await Promise.all([
    readBurns(group, owned),
    readManySlots(destination.settler, identities),
    readMayMint(group, owned),
  ]);
  const straight: (Owned & Together)[] = [];
  const alone: Owned[] = [];
  owned.forEach(({ item, row }, index) => {
    const { final, latest } = there[index] as Slots;
    const { attempt, status } = row.record;
    const operation = operationFor(item.identity, item.order, { kind: 'Mint', attempt, owner: row.owner });
    const isIn = status === 'MINTING' && isApplied(latest, 'Mint', attempt);
    const isFresh = status === 'BURNED' && final.slot.state === 'None' && latest.state === 'None';
    const isPaid = isBurned(burns[index] as Slots, attempt);
    const isInTime = final.block.timestamp < item.order.validBefore;
    if (isIn || (isFresh && isPaid && isInTime && mayMint(item))) straight.push({ item, row, operation, isIn });
    else alone.push({ item, row });
  });

  const applied = await settleTogether(destination.settler, straight, pace);
  const minted = straight.filter(({ operation }) => applied.has(operation));
  alone.push(...straight.filter(({ operation }) => !applied.has(operation)));
  const still = await readBurns(group, minted);
  await Promise.all(
    minted.map(async (one, index) => {
      const { owner, record } = one.row;
      const { attempt } = record;
      // That it is paid for no more is for the way of a single mint to find, and to tell.
      if (!isBurned(still[index] as Slots, attempt)) return alone.push(one);
      const seen = applied.get(one.operation) ?? null;
      const facts = { mintTxHash: seen ?? (await appliedTransaction(destination.settler, one.operation)) };
      return deps.ledger.advance([
        { owner, attempt, to: 'MINTED', facts },
        { owner, attempt, to: 'COMPLETED', facts },
      ]);
    }),
  );
  const attempts = new Map(alone.map(({ item, row }) => [item, row.record.attempt]));
  const hindered = await eachAlone([...attempts.keys()], (item) =>
    mint(deps, { order: item.json, attempt: attempts.get(item) ?? 0 }, pace),
  );
  return [...stragglers, ...hindered];
}

/** Those that this batch still has to mint; who ended is done, and who is driven by another run is that run's. */
async function readOwned(
  deps: Dependencies,
  items: readonly BatchItem[],
  { execution: { runId } }: Pace,
): Promise<{ owned: readonly Owned[]; stragglers: readonly Straggler[] }> {
  const rows = await deps.ledger.findMany(items.map(({ order }) => order.settlementId));
  const byId = new Map(rows.map((row) => [row.record.settlementId, row]));
  const owned: Owned[] = [];
  const stragglers: Straggler[] = [];
  for (const item of items) {
    const row = byId.get(item.order.settlementId);
    const { status, errorCode } = row?.record ?? {};
    const leave = (code: Straggler['code']) => stragglers.push({ position: item.position, code });
    if (!row || row.fingerprint.toLowerCase() !== item.identity.fingerprint.toLowerCase()) leave('LEDGER_BEHIND');
    else if (status === 'COMPLETED') continue;
    else if (status === 'FAILED') leave(errorCode ?? 'INTERNAL');
    else if (row.owner.runId !== runId || status === 'COMPENSATING') leave('OWNERSHIP_LOST');
    else owned.push({ item, row });
  }
  return { owned, stragglers };
}

function readBurns({ source }: BatchGroup, owned: readonly Owned[]): Promise<readonly Slots[]> {
  return readManySlots(
    source.settler,
    owned.map(({ item }) => item.identity),
    (slots, index) => isBurned(slots, owned[index]?.row.record.attempt ?? 0),
  );
}

/** The burn must be final, and nothing newer may speak against it. */
function isBurned({ final, latest }: Slots, attempt: number): boolean {
  return isApplied(final.slot, 'Burn', attempt) && isApplied(latest, 'Burn', attempt);
}

/** Whether a token's mints may go: the gateway is not paused, and all of them fit in what is left of its limit. */
async function readMayMint(
  { destination }: BatchGroup,
  owned: readonly Owned[],
): Promise<(item: BatchItem) => boolean> {
  const sums = new Map<BatchItem['order']['destinationToken'], bigint>();
  for (const { item } of owned) {
    const { destinationToken, amount } = item.order;
    sums.set(destinationToken, (sums.get(destinationToken) ?? 0n) + amount);
  }
  const fits = new Map<string, boolean>();
  const [isPaused] = await Promise.all([
    readPaused(destination.chain, 'all'),
    ...[...sums].map(async ([token, sum]) => {
      const { availableAmount } = await readLimit(destination.chain, token, 'mint');
      fits.set(token, sum <= availableAmount);
    }),
  ]);
  return ({ order }) => !isPaused && fits.get(order.destinationToken) === true;
}
