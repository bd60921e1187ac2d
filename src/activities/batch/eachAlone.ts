import { Context } from '@temporalio/activity';
import { Semaphore } from 'async-mutex';
import type { Straggler } from '../../domain/batch';
import { SettlementError } from '../../domain/errors';
import { allOrFirstError } from './allOrFirstError';
import type { BatchItem } from './readItems';

/** So long a batch tries what hinders one of its settlements; then that one goes on alone, and the others without it. */
const patienceMs = 60_000;

/** Each asks a chain a dozen things, and again while it waits. */
const mostAtOnce = 20;

/**
 * The same step for each item as if it were alone: what did not go straight with the others, and what an earlier execution left.
 * Who is refused, or driven by another run, or hindered for too long, is a straggler.
 * @throws TransientError the first of what may pass, once all of them have been tried
 */
export async function eachAlone(
  items: readonly BatchItem[],
  step: (item: BatchItem) => Promise<unknown>,
): Promise<readonly Straggler[]> {
  const isPatient = Date.now() - Context.current().info.scheduledTimestampMs < patienceMs;
  const stragglers: Straggler[] = [];
  const hindrances: SettlementError[] = [];
  const turns = new Semaphore(mostAtOnce);
  await allOrFirstError(
    items.map(async (item) => {
      try {
        await turns.runExclusive(() => step(item));
      } catch (error) {
        if (!(error instanceof SettlementError)) throw error;
        const mayPass = error.retryable && error.code !== 'OWNERSHIP_LOST';
        if (mayPass && isPatient) hindrances.push(error);
        else stragglers.push({ position: item.position, code: error.code });
      }
    }),
  );
  const [hindrance] = hindrances;
  if (hindrance) throw hindrance;
  return stragglers;
}
