import { planBurns } from '../../chains/planBurns';
import { batchRunIdOf, type BatchRequest, type BatchStep, type Straggler } from '../../domain/batch';
import type { ErrorCode } from '../../domain/errorCodes';
import { attemptOf, isApplied } from '../../domain/slot';
import { appliedTransaction } from '../../lanes/appliedTransaction';
import { isUntouched } from '../../lanes/isUntouched';
import type { Pace } from '../../lanes/pace';
import { readManySlots } from '../../lanes/readManySlots';
import type { Slots } from '../../lanes/readSlots';
import { settleTogether, type Together } from '../../lanes/settleTogether';
import type { EnterAnswer } from '../../ledger/batches/enterAll';
import { burnUntilFinal } from '../burnUntilFinal';
import { createPace } from '../createPace';
import type { Dependencies } from '../dependencies';
import { operationFor } from '../operationFor';
import { allOrFirstError } from './allOrFirstError';
import { eachAlone } from './eachAlone';
import { heldBack } from './heldBack';
import { readItems, type BatchGroup, type BatchItem, type BatchRow } from './readItems';

/**
 * Takes a range of a batch from PENDING to BURNED, through the same ledger, lanes, journal and slots as one by one. Safe to run any
 * number of times. Money moves on the same conditions: the gateway applies or refuses each operation on its own, and whatever
 * does not go straight takes the way of a single burn.
 * @throws TransientError while something that may pass hinders one of them, or keeps all of them back
 */
export async function burnBatch(deps: Dependencies, request: BatchRequest): Promise<BatchStep> {
  const pace = createPace({ batchRunId: batchRunIdOf(request.batchId) });
  const { groups, stragglers } = await readItems(deps, request);
  const steps = await allOrFirstError(groups.map((group) => burnGroup(deps, group, pace)));
  const left = [...stragglers, ...steps.flatMap((step) => step.stragglers)];
  const later = steps.flatMap((step) => step.later);
  // Whoever is burned must not wait for its mint until the others may burn.
  if (later.length > 0 && left.length === 0 && !steps.some(({ burned }) => burned)) throw heldBack(later, 'burned');
  return { stragglers: left, later: later.map(({ position }) => position) };
}

interface GroupStep {
  readonly stragglers: readonly Straggler[];
  readonly later: readonly BatchItem[];
  /** Some of them wait for their mint. */
  readonly burned: boolean;
}

async function burnGroup(deps: Dependencies, group: BatchGroup, pace: Pace): Promise<GroupStep> {
  const { source } = group;
  const { rows, stragglers } = await enterGroup(deps, group, pace);
  const at = (wanted: Place): readonly BatchRow[] => rows.filter(({ place }) => place === wanted);
  const fresh = at('fresh');
  const plan = await planBurns({ ...group, items: fresh.map(({ item }) => item) }, deps.orderBounds);
  const straight = [
    ...at('in').map((row) => ({ ...row, isIn: true })),
    ...fresh.filter(({ item }) => plan.together.has(item)).map((row) => ({ ...row, isIn: false })),
  ].map((row) => ({ ...row, operation: burnOf(row) }));
  const applied = await settleTogether(source.settler, straight, pace);
  const burned = straight.filter(({ operation }) => applied.has(operation));
  await Promise.all(burned.map((one) => noteBurned(deps, group, one, applied.get(one.operation) ?? null)));

  const refused = fresh.filter(({ item }) => !plan.together.has(item) && !plan.later.has(item));
  const unsettled = straight.filter(({ operation }) => !applied.has(operation));
  const alone = [...at('alone'), ...refused, ...unsettled].map(({ item }) => item);
  const left = await eachAlone(alone, ({ json, order, signature }) =>
    burnUntilFinal(deps, order, { order: json, signature, mode: 'start' }, pace),
  );
  const isSomeBurned = at('burned').length + burned.length + alone.length - left.length > 0;
  return { stragglers: [...stragglers, ...left], later: [...plan.later], burned: isSomeBurned };
}

/** How an item goes on, by its row and its slot. */
type Place = 'fresh' | 'in' | 'alone' | 'burned' | 'over';
interface PlacedRow extends BatchRow {
  readonly place: Place;
}

/** All of a group in the ledger, for this batch; who is another's, or was refused before, is a straggler. */
async function enterGroup(
  deps: Dependencies,
  group: BatchGroup,
  pace: Pace,
): Promise<{ rows: readonly PlacedRow[]; stragglers: readonly Straggler[] }> {
  const { source, destination, items } = group;
  const identities = items.map(({ identity }) => identity);
  const [here, there] = await Promise.all([
    readManySlots(source.settler, identities, isUntouched),
    readManySlots(destination.settler, identities),
  ]);
  const rows: PlacedRow[] = [];
  const stragglers: Straggler[] = [];
  const seen = items.map((item, index) => ({ item, here: here[index] as Slots, there: there[index] as Slots }));
  const isOurs = (slots: Slots): boolean => slots.final.slot.state !== 'OtherOrder';
  const entering = seen.filter((one) => isOurs(one.here) && isOurs(one.there));
  for (const { item } of seen.filter((one) => !entering.includes(one))) {
    stragglers.push({ position: item.position, code: 'IDEMPOTENCY_CONFLICT' });
  }
  const answers = await enterAll(deps, group, entering, pace);
  entering.forEach(({ item, here: slots }, index) => {
    const answer = answers[index] as EnterAnswer;
    const code = refusalOf(answer);
    if (code !== null) stragglers.push({ position: item.position, code });
    else rows.push({ item, row: answer.settlement, place: placeOf(answer, slots) });
  });
  return { rows, stragglers };
}

function enterAll(
  deps: Dependencies,
  { source, destination }: BatchGroup,
  entering: readonly { readonly item: BatchItem; readonly here: Slots }[],
  { execution: { runId, scheduledAtMs } }: Pace,
): Promise<readonly EnterAnswer[]> {
  const requests = entering.map(({ item: { order, signature, identity }, here: { final } }) => ({
    order,
    signature,
    fingerprint: identity.fingerprint,
    sourceChain: source.chain.config.name,
    destinationChain: destination.chain.config.name,
    attempt: attemptOf(final.slot),
    burnStands: final.slot.state === 'Burned',
  }));
  return deps.ledger.enterAll(requests, { runId, scheduledAtMs, knownEpoch: deps.epoch });
}

/** Why it cannot go on with this batch, or null. */
function refusalOf({ outcome, settlement: { record } }: EnterAnswer): ErrorCode | null {
  if (outcome === 'conflict') return 'IDEMPOTENCY_CONFLICT';
  if (record.status === 'FAILED') return record.errorCode ?? 'INTERNAL';
  return outcome === 'owner' && record.status !== 'COMPLETED' ? 'OWNERSHIP_LOST' : null;
}

function placeOf({ settlement: { record } }: EnterAnswer, slots: Slots): Place {
  switch (record.status) {
    case 'PROCESSING':
      return isUntouched(slots) ? 'fresh' : 'alone';
    case 'BURNING':
      return isApplied(slots.latest, 'Burn', record.attempt) ? 'in' : 'alone';
    case 'COMPLETED':
      return 'over';
    default:
      return 'burned';
  }
}

function burnOf({ item, row }: BatchRow): Together['operation'] {
  const { identity, order, signature } = item;
  return operationFor(identity, order, { kind: 'Burn', attempt: row.record.attempt, owner: row.owner, signature });
}

async function noteBurned(
  deps: Dependencies,
  { source }: BatchGroup,
  { row: { owner, record }, operation }: BatchRow & Pick<Together, 'operation'>,
  seen: `0x${string}` | null,
): Promise<void> {
  const burnTxHash = seen ?? (await appliedTransaction(source.settler, operation));
  const step = { owner, attempt: record.attempt } as const;
  await deps.ledger.advance([
    { ...step, to: 'BURNING' },
    { ...step, to: 'BURNED', facts: { burnTxHash } },
  ]);
}
