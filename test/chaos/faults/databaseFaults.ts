import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { runSettle } from '../../support/runSettle';
import { withDatabase } from '../readRows';
import { done, NotFired, type FaultKind } from './fault';

const killed: FaultKind = {
  ...{ number: 39, name: 'Postgres is SIGKILLed', track: 'rest', holdMs: [0, 0], hindersStarts: true },
  async fire({ world: { postgres } }) {
    const before = postgres.kills;
    await postgres.killAndRestart();
    return done(postgres.kills - before);
  },
};

const cut: FaultKind = {
  ...{ number: 40, name: 'connections to Postgres are cut', track: 'rest', holdMs: [0, 0], hindersStarts: true },
  async fire({ world: { databaseLink } }) {
    const before = databaseLink.cuts;
    for (let times = 0; times < 5; times++, await delay(200)) databaseLink.cutAll();
    return done(databaseLink.cuts - before);
  },
};

const cutAtCommit: FaultKind = {
  ...{ number: 40, name: 'the answer to COMMIT is lost', track: 'rest', holdMs: [5_000, 10_000], hindersStarts: true },
  async fire({ world: { databaseLink } }) {
    const before = databaseLink.cuts;
    databaseLink.cutAnswersTo('; commit', 4);
    return {
      heal: async () => databaseLink.cutAnswersTo('; commit', 0),
      tookEffect: () => databaseLink.cuts - before,
    };
  },
};

/** Holds what every flush and step wants, and counts who waits for it. */
const locked: FaultKind = {
  ...{
    number: 41,
    name: 'rows are locked by another, and a deadlock',
    track: 'rest',
    holdMs: [2_000, 5_000],
    hindersStarts: true,
  },
  async fire({ world: { databaseUrl } }) {
    const client = new Client(databaseUrl);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from ledger.settlements order by settlement_id desc for update');
    let waiting = 0;
    return {
      async heal() {
        const sql = 'select count(*)::int as count from pg_locks where not granted';
        waiting = (await client.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
        // Whoever holds a lane's row and wants a settlement's is in a deadlock with this: one of the two is thrown out.
        await client.query('select 1 from ledger.leases order by key desc for update').catch(() => undefined);
        await client.query('rollback').catch(() => undefined);
        await client.end();
      },
      tookEffect: () => waiting,
    };
  },
};

const edited: FaultKind = {
  ...{ number: 48, name: 'an event is edited, and put right again', track: 'rest', holdMs: [0, 0] },
  async fire({ world: { databaseUrl, stack }, complain }) {
    const set = 'update ledger.settlement_events set attempt = attempt + $2 where id = $1';
    return withDatabase(databaseUrl, async (client) => {
      const pick = `select e.id, e.settlement_id as "settlementId" from ledger.settlement_events e
        join ledger.settlements s using (settlement_id) where s.status in ('COMPLETED', 'FAILED') and e.seq = 2 limit 1`;
      const [event] = (await client.query<{ id: string; settlementId: string }>(pick)).rows;
      if (!event) throw new NotFired('no settlement has ended yet');
      await client.query('set session_replication_role = replica'); // past the triggers, as an owner can
      await client.query(set, [event.id, 1]);
      const verified = await runSettle(stack.configPath, ['ledger', 'verify']);
      await client.query(set, [event.id, -1]);
      const isSeen = verified.code === 1 && `${verified.stdout}${verified.stderr}`.includes(event.settlementId);
      if (!isSeen) complain(`an edited event of ${event.settlementId} was not named: ${JSON.stringify(verified)}`);
      return done(isSeen ? 1 : 0);
    });
  },
};

export const databaseFaults = [killed, cut, cutAtCommit, locked, edited] as const;
