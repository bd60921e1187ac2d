import { Semaphore } from 'async-mutex';
import type { BatchLeaveRequest } from '../../domain/batch';
import { SettlementError } from '../../domain/errors';
import { isTerminal } from '../../domain/status';
import type { Dependencies } from '../dependencies';
import { allOrFirstError } from './allOrFirstError';
import { readItems, type BatchItem } from './readItems';

/** Opens a settlement workflow that takes an order's settlement over where it stands; one that runs already is left alone. */
export type OpenOwnRun = (
  run: Pick<BatchItem, 'order' | 'signature'> & { fingerprint: `0x${string}` },
) => Promise<unknown>;

/** Runs opened at once: a batch whose every order is refused must not flood the server. */
const mostAtOnce = 10;

/**
 * Those that cannot go on with their batch go on alone: each gets a settlement workflow of its own, under its own id, which takes
 * it over where it stands. Who has ended, or has a run already, keeps that.
 */
export async function leaveBatch(
  deps: Dependencies,
  openOwnRun: OpenOwnRun,
  { batchId, positions }: BatchLeaveRequest,
): Promise<void> {
  const leaving = new Set(positions);
  const [from, to] = [Math.min(...positions), Math.max(...positions) + 1];
  const { groups } = await readItems(deps, { batchId, from, to, except: [] });
  const items = groups.flatMap((group) => group.items).filter(({ position }) => leaving.has(position));
  const rows = await deps.ledger.findMany(items.map(({ order }) => order.settlementId));
  const ended = new Set(
    rows.filter(({ record }) => isTerminal(record.status)).map(({ record }) => record.settlementId),
  );
  const turns = new Semaphore(mostAtOnce);
  const going = items.filter(({ order }) => !ended.has(order.settlementId));
  await allOrFirstError(going.map((item) => turns.runExclusive(() => goAlone(openOwnRun, item))));
}

async function goAlone(
  openOwnRun: OpenOwnRun,
  { order, signature, identity: { fingerprint } }: BatchItem,
): Promise<void> {
  try {
    await openOwnRun({ order, signature, fingerprint });
  } catch (error) {
    // Another order's run has the id: this one was refused for good.
    if (!(error instanceof SettlementError) || error.code !== 'IDEMPOTENCY_CONFLICT') throw error;
  }
}
