import { Client } from 'pg';
import { createLedger } from '../../src/ledger/createLedger';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import { createTestDatabase, type TestDatabase } from '../support/createTestDatabase';
import { entryOf } from '../support/testLedger';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function ask(sql: string, url = database.url): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function loginAs(user: string, password: string): string {
  const url = new URL(database.url);
  [url.username, url.password] = [user, password];
  return url.href;
}

describe('migrateLedger', () => {
  it('makes the schema once, however many workers start at once, and again does nothing', async () => {
    await Promise.all(Array.from({ length: 6 }, () => migrateLedger(database.url)));
    await migrateLedger(database.url);
    expect(await ask('select name from ledger.kysely_migration')).toEqual([
      { name: '0001-ledger' },
      { name: '0002-rebuild' },
      { name: '0003-reopen' },
      { name: '0004-reconciliation' },
      { name: '0005-reversal' },
      { name: '0006-restore' },
      { name: '0007-resolutions' },
      { name: '0008-api' },
      { name: '0009-batches' },
      { name: '0010-bulk' },
      { name: '0011-advance' },
    ]);
    expect(await ask('select epoch from ledger.ledger')).toEqual([{ epoch: 0 }]);
  });

  it('needs the owner only when there is something to do; the application works without', async () => {
    const role = `worker_${Date.now()}`;
    await migrateLedger(database.url); // which makes the application's role, should it not be there
    await ask(`create role ${role} login password 'canary5ecret' in role settlement_app`);
    try {
      const login = loginAs(role, 'canary5ecret');
      await migrateLedger(login);
      const ledger = createLedger({ databaseUrl: login });
      expect((await ledger.enter(entryOf())).record.status).toBe('PROCESSING');
      await ledger.close();
      await ask('drop schema ledger cascade');
      await expect(migrateLedger(login)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    } finally {
      await ask(`drop role ${role}`);
    }
  });

  it('says what is wrong with the way there, and never the password', async () => {
    const wrong = loginAs('settlement', 'canary5ecret');
    for (const act of [() => migrateLedger(wrong), () => createLedger({ databaseUrl: wrong }).readEpoch()]) {
      const error: unknown = await act().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('ledger.databaseUrl') });
      expect(String(error)).not.toContain('canary5ecret');
    }
    const elsewhere = new URL(database.url);
    elsewhere.pathname = '/nowhere';
    await expect(migrateLedger(elsewhere.href)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(migrateLedger('postgresql://u:canary5ecret@127.0.0.1:1/x')).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      retryable: true,
      message: expect.not.stringContaining('canary5ecret'),
    });
    const ledger = createLedger({ databaseUrl: database.url }); // never migrated
    await expect(ledger.readEpoch()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await ledger.close();
  });
});
