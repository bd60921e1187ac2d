import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { begin } from './steps';
import { soonMs, type Trial } from './trial';

/** More than a block's time can hide: those are whole seconds. */
const lockedMs = 3_500;

export const slowJournal: Trial = {
  name: 'slow-journal',
  does: 'what was signed waits seconds until the journal takes it',
  stuckAfterMs: soonMs,
  async run(context) {
    const client = new Client(context.world.databaseUrl);
    await client.connect();
    try {
      await client.query('begin; lock table ledger.transactions in share mode'); // reads go on
      await begin(context, 'held');
      await begin(context, 'held-back', { from: 'birch' });
      await delay(lockedMs);
      await client.query('commit');
    } finally {
      await client.end();
    }
  },
};
