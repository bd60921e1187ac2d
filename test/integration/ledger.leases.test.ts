import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Lease } from '../../src/ledger/acquireLease';
import { laneKeyOf } from '../../src/ledger/transactions';
import { projectRoot } from '../../src/local/projectRoot';
import {
  leaseLane,
  operationOf,
  settlementIn,
  sign,
  signer,
  sourceChainId,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

let own: TestLedger;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  own = await startTestLedger();
});
afterAll(async () => {
  for (const child of processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await own.close();
});

const expire = (key: string) =>
  own.query('update ledger.leases set expires_at = clock_timestamp() where key = $1', [key]);

describe('a lease', () => {
  it('is held by one; the same holder again keeps its fence', async () => {
    const first = (await own.ledger.acquire('one', 'a', 60_000)) as Lease;
    expect(first).toMatchObject({ key: 'one', holder: 'a', fence: 1 });
    expect(await own.ledger.acquire('one', 'b', 60_000)).toBeNull();
    const again = (await own.ledger.acquire('one', 'a', 120_000)) as Lease;
    expect(again.fence).toBe(1);
    expect(Date.parse(again.expiresAt) - Date.parse(first.expiresAt)).toBeGreaterThan(59_000);
    expect(await own.ledger.acquire('other', 'b', 60_000)).toMatchObject({ fence: 1 });
  });

  it('is extended and released by its holder only, and only with its fence', async () => {
    const lease = (await own.ledger.acquire('two', 'a', 60_000)) as Lease;
    for (const wrong of [{ holder: 'b' }, { fence: 2 }, { key: 'nothing' }]) {
      expect(await own.ledger.extend({ ...lease, ...wrong }, 60_000)).toBeNull();
      expect(await own.ledger.release({ ...lease, ...wrong })).toBe(false);
    }
    expect(await own.ledger.extend(lease, 120_000)).toMatchObject({ fence: 1 });
    expect(await own.ledger.release(lease)).toBe(true);
    expect(await own.ledger.release(lease)).toBe(false);
    expect(await own.ledger.extend(lease, 60_000)).toBeNull();
  });

  it('gives no fence twice, not after a release nor after an expiry', async () => {
    const fences: number[] = [];
    for (const [holder, ending] of [
      ['a', 'release'],
      ['a', 'expire'],
      ['a', 'release'],
      ['b', 'expire'],
      ['a', 'expire'],
      ['b', 'release'],
    ] as const) {
      const lease = (await own.ledger.acquire('three', holder, 60_000)) as Lease;
      fences.push(lease.fence);
      if (ending === 'release') await own.ledger.release(lease);
      else await expire('three');
    }
    expect(fences).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('once expired cannot be extended, and anybody may have it', async () => {
    const lease = (await own.ledger.acquire('four', 'a', 60_000)) as Lease;
    await expire('four');
    expect(await own.ledger.extend(lease, 60_000)).toBeNull();
    expect(await own.ledger.acquire('four', 'b', 60_000)).toMatchObject({ holder: 'b', fence: 2 });
    expect(await own.ledger.release(lease)).toBe(false);
  });

  it('asked for by many at once goes to one', async () => {
    const others = [own.ledger, own.another(), own.another()];
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all(
        Array.from({ length: 9 }, (_, n) =>
          (others[n % 3] as typeof own.ledger).acquire('five', `holder-${n}`, 60_000),
        ),
      );
      const given = answers.filter((lease) => lease !== null);
      expect(given).toHaveLength(1);
      expect(given[0]?.fence).toBe(round + 1);
      await own.ledger.release(given[0] as Lease);
    }
  });
});

interface Process {
  readonly child: ChildProcess;
  readonly tell: (line: string) => void;
  /** Its next line. */
  readonly next: () => Promise<unknown>;
  readonly exit: Promise<unknown>;
}

function run(mode: 'rounds' | 'hold', options: object): Process {
  const script = join(projectRoot(), 'test', 'support', 'ledgerProcess.mjs');
  const json = JSON.stringify({ root: projectRoot(), databaseUrl: own.url, ...options });
  const child = spawn(process.execPath, [script, mode, json], { stdio: ['pipe', 'pipe', 'inherit'] });
  processes.push(child);
  const exit = once(child, 'exit').then(([code]: unknown[]) => code);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    exit,
    tell: (line) => child.stdin.write(`${line}\n`),
    next: async () => JSON.parse(((await lines.next()) as { value: string }).value) as unknown,
  };
}

describe('processes that share a lease', () => {
  const [workers, turns] = [4, 500];

  it('are in the critical section one at a time, with a fence that only grows', async () => {
    await own.query('create table witness as select 0 as inside, 0::bigint as fence, true as grew, 0 as turns');
    const running = Array.from({ length: workers }, (_, n) => run('rounds', { holder: `process-${n}`, turns }));
    const answers = (await Promise.all(running.map((one) => one.next()))) as { turns: number; refusals: number }[];
    expect(await Promise.all(running.map((one) => one.exit))).toEqual(Array(workers).fill(0));
    const rows = await own.query('select inside, fence, grew, turns from witness');
    const total = workers * turns;
    // They did get in each other's way, and every turn had a fence of its own.
    expect(answers.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(workers);
    expect(rows).toEqual([{ inside: 0, fence: `${total}`, grew: true, turns: total }]);
  });

  it('are fenced: one that was stopped beyond its time can flush nothing when it goes on', async () => {
    const ttlMs = 500;
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const key = laneKeyOf({ chainId: sourceChainId, signer });
    const { hash, raw } = await sign(0);
    const operation = operationOf(settlement, 'Burn');
    const lane = { chainId: sourceChainId, signer } as const;
    const zombie = run('hold', { key, lane, holder: 'zombie', ttlMs, operation, signed: { hash, raw } });
    const { fence } = (await zombie.next()) as { fence: number };
    zombie.child.kill('SIGSTOP');
    zombie.tell('flush'); // waits in the pipe
    let taken: Lease | null = null;
    while (!taken) taken = await own.ledger.acquire(key, 'heir', 60_000);
    expect(taken.fence).toBeGreaterThan(fence);
    zombie.child.kill('SIGCONT');
    expect(await zombie.next()).toEqual({ code: 'LEASE_LOST', extended: false, released: false });
    zombie.tell('end');
    expect(await zombie.exit).toBe(0);
    expect(await own.ledger.openTransactions(lane)).toEqual([]);
    const heir = await leaseLane(own.ledger, { holder: 'heir' });
    expect((await own.ledger.flush(heir, [operation], sign)).transaction?.nonce).toBe(0);
  });

  it('are not fenced while they hold: the same flush is then accepted', async () => {
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const lane = { chainId: sourceChainId, signer: '0x00000000000000000000000000000000000000aa' } as const;
    const { hash, raw } = await sign(0);
    const operation = operationOf(settlement, 'Burn');
    const worker = run('hold', {
      key: laneKeyOf(lane),
      lane,
      holder: 'worker',
      ttlMs: 60_000,
      operation,
      signed: { hash, raw },
    });
    expect(await worker.next()).toEqual({ fence: 1 });
    worker.tell('flush');
    expect(await worker.next()).toEqual({ accepted: 1, extended: true, released: true });
    worker.tell('end');
    expect(await worker.exit).toBe(0);
  });
});
