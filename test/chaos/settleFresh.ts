import { setTimeout as delay } from 'node:timers/promises';
import type { FaultWorld } from './faultWorld';
import { clientAt, startOne } from './load';
import { plainOrder } from './orders';

/**
 * I7: what comes after all faults goes through, both ways. Asked again and again: a call that still waits when the world ends would throw
 * past everybody.
 *
 * @throws Error that names each that is not COMPLETED in time
 */
export async function settleFresh(world: FaultWorld, prefix: string, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  const all = (['alder', 'birch', 'alder', 'birch'] as const).map(async (from, at) => {
    const id = `${prefix}-fresh-${at}`;
    const client = clientAt(world, at);
    await startOne(world, client, await plainOrder(world, id, from));
    for (;;) {
      const { status } = await client.get(id);
      if (status === 'COMPLETED') return;
      if (status === 'FAILED' || Date.now() > until) throw new Error(`${id} is ${status}`);
      await delay(200);
    }
  });
  const failed = (await Promise.allSettled(all)).flatMap((one) =>
    one.status === 'rejected' ? [String(one.reason)] : [],
  );
  if (failed.length > 0) throw new Error(`fresh settlements: ${failed.join('; ')}`);
}
