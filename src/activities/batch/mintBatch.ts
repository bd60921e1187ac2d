import { Context } from '@temporalio/activity';
import { readPaused } from '../../chains/readPaused';
import { readRoom } from '../../chains/readRoom';
import { batchRunIdOf, type BatchRequest, type BatchStep, type Straggler } from '../../domain/batch';
import { isApplied } from '../../domain/slot';
import { appliedTransaction } from '../../lanes/appliedTransaction';
import { isBurned } from '../../lanes/isBurned';
import { isUntouched } from '../../lanes/isUntouched';
import type { Pace } from '../../lanes/pace';
import { readManySlots } from '../../lanes/readManySlots';
import type { Slots } from '../../lanes/readSlots';
import { settleTogether, type Together } from '../../lanes/settleTogether';
import { createPace } from '../createPace';
import type { Dependencies } from '../dependencies';
import { mint } from '../mint';
import { operationFor } from '../operationFor';
import { allOrFirstError } from './allOrFirstError';
import { eachAlone } from './eachAlone';
import { heldBack } from './heldBack';
import { readItems, type BatchGroup, type BatchItem, type BatchRow } from './readItems';

/**
 * Takes a range of a batch from BURNED to COMPLETED, on the conditions of a single mint: each burn is final at this moment before
 * its mint is handed in, and still stands once that is final. Safe to run any number of times.
 * @throws TransientError while something that may pass hinders one of them, or keeps all of them back
 */
export async function mintBatch(deps: Dependencies, request: BatchRequest): Promise<BatchStep> {
  const pace = createPace({ batchRunId: batchRunIdOf(request.batchId) });
  const { groups } = await readItems(deps, request); // who is no order has left already
  const steps = await allOrFirstError(groups.map((group) => mintGroup(deps, group, pace)));
  const stragglers = steps.flatMap((step) => step.stragglers);
  const later = steps.flatMap((step) => step.later);
  // Whoever is refused must not wait for its refund until the others may be minted.
  if (later.length > 0 && stragglers.length === 0 && !steps.some(({ minted }) => minted)) {
    throw heldBack(later, 'minted');
  }
  return { stragglers, later: later.map(({ position }) => position) };
}

interface GroupStep {
  readonly stragglers: readonly Straggler[];
  readonly later: readonly BatchItem[];
  /** Some of them were minted by this execution. */
  readonly minted: boolean;
}

async function mintGroup(deps: Dependencies, group: BatchGroup, pace: Pace): Promise<GroupStep> {
  const { destination } = group;
  const { owned, stragglers } = await readOwned(deps, group.items, pace);
  const { straight, later, alone } = await planMints(group, owned);
  const applied = await settleTogether(destination.settler, straight, pace);
  const minted = straight.filter(({ operation }) => applied.has(operation));
  const unsettled = straight.filter(({ operation }) => !applied.has(operation));
  const burns = await readBurns(group, minted);
  // That one is paid for no more is for the way of a single mint to find, and to tell.
  const isPaid = minted.map(({ row }, index) => isBurned(burns[index] as Slots, row.record.attempt));
  await Promise.all(
    minted
      .filter((_, index) => isPaid[index])
      .map((one) => noteMinted(deps, group, one, applied.get(one.operation) ?? null)),
  );
  const attempts = new Map(
    [...alone, ...unsettled, ...minted.filter((_, index) => !isPaid[index])].map(({ item, row }) => [
      item,
      row.record.attempt,
    ]),
  );
  const left = await eachAlone([...attempts.keys()], (item) =>
    mint(deps, { order: item.json, attempt: attempts.get(item) ?? 0 }, pace),
  );
  const isSomeMinted = isPaid.includes(true) || attempts.size > left.length;
  return { ...waitingOrLeft(group, later, [...stragglers, ...left]), minted: isSomeMinted };
}

/** As long as a single mint is waited for; then each goes on alone, to its own mint or its refund. */
function waitingOrLeft(
  { destination }: BatchGroup,
  later: readonly BatchRow[],
  stragglers: readonly Straggler[],
): Omit<GroupStep, 'minted'> {
  const waitedMs = Date.now() - Context.current().info.scheduledTimestampMs;
  const items = later.map(({ item }) => item);
  if (waitedMs < destination.chain.config.mintWindowMs) return { stragglers, later: items };
  const leaving = items.map(({ position }) => ({ position, code: 'TRANSIENT_REFUSAL' }) as const);
  return { stragglers: [...stragglers, ...leaving], later: [] };
}

interface MintPlan {
  readonly straight: readonly (BatchRow & Together)[];
  readonly later: readonly BatchRow[];
  readonly alone: readonly BatchRow[];
}

/** Together goes what is paid for, in time and not begun, as far as there is room; and what is in already. */
async function planMints(group: BatchGroup, owned: readonly BatchRow[]): Promise<MintPlan> {
  const { destination } = group;
  const tokens = owned.map(({ item }) => item.order.destinationToken);
  const [burns, there, isPaused, room] = await Promise.all([
    readBurns(group, owned),
    readManySlots(
      destination.settler,
      owned.map(({ item }) => item.identity),
    ),
    readPaused(destination.chain, 'all'),
    readRoom(destination.chain, 'mint', tokens),
  ]);
  const plan = { straight: [] as (BatchRow & Together)[], later: [] as BatchRow[], alone: [] as BatchRow[] };
  owned.forEach(({ item, row }, index) => {
    const slots = there[index] as Slots;
    const { attempt, status } = row.record;
    const { destinationToken, amount, validBefore } = item.order;
    const operation = operationFor(item.identity, item.order, { kind: 'Mint', attempt, owner: row.owner });
    const isIn = status === 'MINTING' && isApplied(slots.latest, 'Mint', attempt);
    const isPaid = isBurned(burns[index] as Slots, attempt);
    const isReady = status === 'BURNED' && isUntouched(slots) && isPaid && slots.final.block.timestamp < validBefore;
    const isKept = isPaused || room.check(destinationToken, amount)?.retryable === true;
    if (isIn) plan.straight.push({ item, row, operation, isIn });
    else if (!isReady) plan.alone.push({ item, row });
    else if (isKept) plan.later.push({ item, row });
    else {
      plan.straight.push({ item, row, operation, isIn });
      room.take(destinationToken, amount);
    }
  });
  return plan;
}

async function noteMinted(
  deps: Dependencies,
  { destination }: BatchGroup,
  { row: { owner, record }, operation }: BatchRow & Pick<Together, 'operation'>,
  seen: `0x${string}` | null,
): Promise<void> {
  const { attempt } = record;
  const facts = { mintTxHash: seen ?? (await appliedTransaction(destination.settler, operation)) };
  await deps.ledger.advance([
    { owner, attempt, to: 'MINTED', facts },
    { owner, attempt, to: 'COMPLETED', facts },
  ]);
}

/** Those that this batch still has to mint; who ended is done, and who is driven by another run is that run's. */
async function readOwned(
  deps: Dependencies,
  items: readonly BatchItem[],
  { execution: { runId } }: Pace,
): Promise<{ owned: readonly BatchRow[]; stragglers: readonly Straggler[] }> {
  const rows = await deps.ledger.findMany(items.map(({ order }) => order.settlementId));
  const byId = new Map(rows.map((row) => [row.record.settlementId, row]));
  const owned: BatchRow[] = [];
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

function readBurns({ source }: BatchGroup, rows: readonly BatchRow[]): Promise<readonly Slots[]> {
  return readManySlots(
    source.settler,
    rows.map(({ item }) => item.identity),
    (slots, index) => isBurned(slots, rows[index]?.row.record.attempt ?? 0),
  );
}
