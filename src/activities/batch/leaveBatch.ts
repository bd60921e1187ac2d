import type { BatchLeaveRequest } from '../../domain/batch';
import { SettlementError } from '../../domain/errors';
import { isTerminal } from '../../domain/status';
import type { Dependencies } from '../dependencies';
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
  const found = await Promise.all(
    positions.map((position) => readItems(deps, { batchId, from: position, to: position + 1 })),
  );
  const items = found.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  for (let from = 0; from < items.length; from += mostAtOnce) {
    await Promise.all(items.slice(from, from + mostAtOnce).map((item) => goAlone(deps, openOwnRun, item)));
  }
}

async function goAlone(
  deps: Dependencies,
  openOwnRun: OpenOwnRun,
  { order, signature, identity: { fingerprint } }: BatchItem,
): Promise<void> {
  const row = await deps.ledger.find(order.settlementId);
  if (row && isTerminal(row.record.status)) return;
  try {
    await openOwnRun({ order, signature, fingerprint });
  } catch (error) {
    // Another order's run has the id: this one was refused for good.
    if (!(error instanceof SettlementError) || error.code !== 'IDEMPOTENCY_CONFLICT') throw error;
  }
}
