import type { BatchRange, BatchStep, Straggler } from '../../domain/batch';
import { batchRunIdOf } from '../../domain/batch';
import { attemptOf, isApplied } from '../../domain/slot';
import { appliedTransaction } from '../../lanes/appliedTransaction';
import type { Pace } from '../../lanes/pace';
import { readManySlots } from '../../lanes/readManySlots';
import type { Slots } from '../../lanes/readSlots';
import { settleTogether, type Together } from '../../lanes/settleTogether';
import type { EnterAnswer } from '../../ledger/batches/enterAll';
import type { LedgerSettlement } from '../../ledger/ledger';
import { burnUntilFinal } from '../burnUntilFinal';
import { createPace } from '../createPace';
import type { Dependencies } from '../dependencies';
import { operationFor } from '../operationFor';
import { eachAlone } from './eachAlone';
import { readItems, type BatchGroup, type BatchItem } from './readItems';
import { readMayBurn } from './readMayBurn';

/**
 * Takes a range of a batch from PENDING to BURNED, through the same ledger, lanes, journal and slots as one by one. Safe to run any
 * number of times. Money moves on the same conditions: the gateway applies or refuses each operation on its own, and whatever
 * does not go straight takes the way of a single burn.
 * @throws TransientError while something that may pass hinders one of them
 */
export async function burnBatch(deps: Dependencies, range: BatchRange): Promise<BatchStep> {
  const pace = createPace({ batchRunId: batchRunIdOf(range.batchId) });
  const { groups, stragglers } = await readItems(deps, range);
  const found = await Promise.all(groups.map((group) => burnGroup(deps, group, pace)));
  return { stragglers: [...stragglers, ...found.flat()] };
}

/** One item with where it stands on chain and in the ledger. */
interface Entered {
  readonly item: BatchItem;
  readonly slots: Slots;
  readonly row: LedgerSettlement;
}

async function burnGroup(deps: Dependencies, group: BatchGroup, pace: Pace): Promise<readonly Straggler[]> {
  const { source, destination, items } = group;
  const identities = items.map(({ identity }) => identity);
  const [slots, there, mayBurn] = await Promise.all([
    readManySlots(source.settler, identities, isUntouched),
    readManySlots(destination.settler, identities),
    readMayBurn(group, deps.orderBounds),
  ]);
  const ours = (index: number): boolean =>
    slots[index]?.final.slot.state !== 'OtherOrder' && there[index]?.final.slot.state !== 'OtherOrder';
  const stragglers: Straggler[] = items
    .filter((_, index) => !ours(index))
    .map(({ position }) => ({ position, code: 'IDEMPOTENCY_CONFLICT' }));
  const entering = items.flatMap((item, index) => (ours(index) ? [{ item, slots: slots[index] as Slots }] : []));
  const answers = await enterAll(deps, group, entering, pace);

  const straight: (Entered & Together)[] = [];
  const alone: BatchItem[] = [];
  answers.forEach(({ outcome, settlement: row }, index) => {
    const { item, slots: seen } = entering[index] as (typeof entering)[number];
    const { status, attempt, errorCode } = row.record;
    const operation = operationFor(item.identity, item.order, {
      kind: 'Burn',
      attempt,
      owner: row.owner,
      signature: item.signature,
    });
    const isIn = isApplied(seen.latest, 'Burn', attempt);
    if (outcome === 'conflict') stragglers.push({ position: item.position, code: 'IDEMPOTENCY_CONFLICT' });
    else if (status === 'FAILED') stragglers.push({ position: item.position, code: errorCode ?? 'INTERNAL' });
    else if (status === 'COMPLETED') return;
    else if (outcome === 'owner') stragglers.push({ position: item.position, code: 'OWNERSHIP_LOST' });
    else if (status !== 'PROCESSING' && status !== 'BURNING') return;
    else if (status === 'BURNING' ? isIn : isUntouched(seen) && mayBurn(item)) {
      straight.push({ item, slots: seen, row, operation, isIn });
    } else alone.push(item);
  });

  const applied = await settleTogether(source.settler, straight, pace);
  await Promise.all(
    straight.map(async ({ item, row, operation }) => {
      const seen = applied.get(operation);
      if (seen === undefined) return alone.push(item);
      const burnTxHash = seen ?? (await appliedTransaction(source.settler, operation));
      const { owner, record } = row;
      const step = { owner, attempt: record.attempt } as const;
      return deps.ledger.advance([
        { ...step, to: 'BURNING' },
        { ...step, to: 'BURNED', facts: { burnTxHash } },
      ]);
    }),
  );
  const hindered = await eachAlone(alone, ({ json, order, signature }) =>
    burnUntilFinal(deps, order, { order: json, signature, mode: 'start' }, pace),
  );
  return [...stragglers, ...hindered];
}

function isUntouched({ final, latest }: Slots): boolean {
  return final.slot.state === 'None' && latest.state === 'None';
}

function enterAll(
  deps: Dependencies,
  { source, destination }: BatchGroup,
  entering: readonly { readonly item: BatchItem; readonly slots: Slots }[],
  { execution: { runId, scheduledAtMs } }: Pace,
): Promise<readonly EnterAnswer[]> {
  const requests = entering.map(({ item: { order, signature, identity }, slots: { final } }) => ({
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
