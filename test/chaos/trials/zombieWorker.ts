import { setTimeout as delay } from 'node:timers/promises';
import { withDatabase } from '../readRows';
import { begin, waitFor, waitForRow } from './steps';
import type { Trial } from './trial';

export const zombieWorker: Trial = {
  name: 'zombie-worker',
  does: 'a worker is stopped for longer than its lease, another takes its lane, and it comes back with work to do',
  // An activity that the stopped one had taken is only missed after its heartbeat timeout.
  stuckAfterMs: 90_000,
  async run(context) {
    const { world } = context;
    const { workers, databaseUrl, leaseTtlMs } = world;
    const [living, zombie] = [0, 1];
    // Alone it is sure to hold the first lane.
    workers.signal(living, 'SIGSTOP');
    await delay(leaseTtlMs);
    const { order } = await begin(context, 'before');
    await waitForRow(world, order.settlementId, ['BURNED', 'MINTING', 'MINTED', 'COMPLETED']);
    workers.signal(zombie, 'SIGSTOP');
    await waitFor('every lease has run out', () =>
      withDatabase(databaseUrl, async (client) => {
        const sql = 'select count(*)::int as count from ledger.leases where expires_at > clock_timestamp()';
        return (await client.query<{ count: number }>(sql)).rows[0]?.count === 0;
      }),
    );
    workers.signal(living, 'SIGCONT');
    const taken = await begin(context, 'taken-over');
    await waitForRow(world, taken.order.settlementId, ['BURNED', 'MINTING', 'MINTED', 'COMPLETED']);
    workers.signal(zombie, 'SIGCONT');
    await Promise.all(Array.from({ length: 8 }, (_, at) => begin(context, `after-${at}`)));
  },
};
