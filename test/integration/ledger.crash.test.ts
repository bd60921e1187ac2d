import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineOf } from '../../src/local/commandLineOf';
import { startPostgres, type Postgres } from '../../src/local/startPostgres';
import { createLedger, type Ledger } from '../../src/ledger/createLedger';
import type { JournaledTransaction } from '../../src/ledger/ledger';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import { entryOf, leaseLane, operationOf, sign } from '../support/testLedger';

/** A Postgres of its own, with fsync, that may die. */
let folder: string;
const running: Postgres[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-crash-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: { port?: number; temporary?: boolean } = {}): Promise<Postgres> {
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), logFile: join(folder, 'log'), ...options });
  running.push(postgres);
  return postgres;
}

describe('Postgres killed in the middle of flushes', () => {
  it('comes back with everything that was answered, and with nothing by halves', async () => {
    let postgres = await start();
    const { url } = postgres;
    await migrateLedger(url);
    const ledger = createLedger({ databaseUrl: url });
    const answered: JournaledTransaction[] = [];
    let enough: () => void = () => undefined;
    const many = new Promise<void>((resolve) => (enough = resolve));
    const lanes = Array.from({ length: 4 }, (_, n) => `0x${n.toString().padStart(40, '0')}` as const);
    const flushing = lanes.map(async (of): Promise<unknown> => {
      const lane = await leaseLane(ledger, { of });
      try {
        for (;;) {
          const settlements = await Promise.all([0, 1, 2].map(() => ledger.enter(entryOf())));
          const { transaction } = await ledger.flush(
            lane,
            settlements.map((one) => operationOf(one, 'Burn')),
            sign,
          );
          if (transaction) answered.push(transaction);
          if (answered.length === 60) enough();
        }
      } catch (error) {
        return error;
      }
    });
    await many;
    process.kill(postgres.serverPid, 'SIGKILL');
    for (const error of await Promise.all(flushing)) {
      expect(error).toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
        retryable: true,
        message: expect.not.stringContaining(new URL(url).password),
      });
    }
    expect((await postgres.exited).code).toBe(1);
    await expect(ledger.readEpoch()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

    postgres = await start({ port: Number(new URL(url).port) });
    expect(postgres.url).toBe(url);
    // The same pool goes on.
    const open = (
      await Promise.all(lanes.map((signer) => ledger.openTransactions({ chainId: 31_337, signer })))
    ).flat();
    expect(open.map(({ hash }) => hash)).toEqual(expect.arrayContaining(answered.map(({ hash }) => hash)));
    expect(open.every(({ operations }) => operations.length === 3)).toBe(true);
    for (const signer of lanes) {
      const nonces = open.filter((one) => one.signer.toLowerCase() === signer).map(({ nonce }) => nonce);
      expect(nonces).toEqual(nonces.map((_, index) => index));
    }
    await expectWhole(ledger, open);
    await ledger.close();
  });

  async function expectWhole(ledger: Ledger, open: readonly JournaledTransaction[]): Promise<void> {
    const inJournal = new Set(open.flatMap(({ operations }) => operations.map(({ settlementId }) => settlementId)));
    const settlements = await ledger.list({ limit: 10_000 });
    for (const { record } of settlements) {
      expect(record.status).toBe(inJournal.has(record.settlementId) ? 'BURNING' : 'PROCESSING');
    }
    expect(settlements.length).toBeGreaterThanOrEqual(inJournal.size);
    const verified = await ledger.verifyEvents();
    expect(verified).toEqual({
      ok: true,
      settlements: settlements.length,
      events: settlements.length * 2 + inJournal.size,
    });
  }
});

describe('the process that runs Postgres', () => {
  it('keeps what is in its folder, ends in order, and leaves no process', async () => {
    const first = await start();
    await migrateLedger(first.url);
    const ledger = createLedger({ databaseUrl: first.url });
    const { record } = await ledger.enter(entryOf());
    await ledger.close();
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(commandLineOf(first.serverPid)).toBeUndefined();
    expect(existsSync(join(folder, 'postgres', 'data', 'postmaster.pid'))).toBe(false);

    const second = await start();
    const again = createLedger({ databaseUrl: second.url });
    expect((await again.find(record.settlementId))?.record).toEqual(record);
    await again.close();
  });

  it('ends a server that a killed one left behind, and takes its place', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(commandLineOf(first.serverPid)).toContain(folder);
    const second = await start({ port: Number(new URL(first.url).port) });
    expect(second.url).toBe(first.url);
    expect(second.serverPid).not.toBe(first.serverPid);
    expect(commandLineOf(first.serverPid)).toBeUndefined();
  });

  it('removes a temporary folder, and takes another port when the preferred one is in use', async () => {
    const first = await start({ temporary: true });
    const elsewhere = await startPostgres({
      folder: join(folder, 'second'),
      port: Number(new URL(first.url).port),
      logFile: join(folder, 'log'),
    });
    running.push(elsewhere);
    expect(new URL(elsewhere.url).port).not.toBe(new URL(first.url).port);
    await first.stop();
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
    expect(readFileSync(join(folder, 'log'), 'utf8')).not.toContain(new URL(first.url).password);
  });
});
