import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireStackLock, holdsStackLock, type LockHolder } from '../../src/local/acquireStackLock';
import { startGuard, type Guard } from '../../src/local/startGuard';

let folder: string;
let lockFile: string;
const guards: Guard[] = [];
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-lock-'));
  lockFile = join(folder, 'stack.lock');
});
afterEach(async () => {
  await Promise.all(guards.splice(0).map((guard) => guard.close()));
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function guard(): Promise<Guard> {
  const started = await startGuard();
  guards.push(started);
  return started;
}

function holder({ token, port, pid }: Pick<Guard, 'token' | 'port' | 'pid'>, startPid = process.pid): LockHolder {
  return { token, port, guardPid: pid, startPid, startedAt: '2026-01-01T00:00:00.000Z' };
}

function acquire(self: Guard, onWait = () => undefined): Promise<void> {
  return acquireStackLock(lockFile, holder(self), onWait);
}

/** Something on a port that is no guard. */
async function stranger(says: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (says) socket.write(says);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

test('refuses a second stack and says how to go on', async () => {
  await acquire(await guard());
  await expect(acquire(await guard())).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`kill ${process.pid}`) as string,
  });
});

test('leaves nothing but the lock behind, whoever won', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, guard));
  const outcomes = await Promise.allSettled(all.map((self) => acquire(self)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(all.filter(({ token }) => holdsStackLock(lockFile, token))).toHaveLength(1);
});

test('one of many takes a stale lock over', async () => {
  const dead = await startGuard();
  await acquire(dead);
  process.kill(dead.pid, 'SIGKILL');
  await dead.close();
  const all = await Promise.all(Array.from({ length: 6 }, guard));
  const outcomes = await Promise.allSettled(all.map((self) => acquire(self)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test.each([
  ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['another guard', `${JSON.stringify({ token: 'another', state: 'up' })}\n`],
  ['somebody who says nothing', ''],
])('takes over when the port is now of %s', async (_who, says) => {
  const port = await stranger(says);
  writeFileSync(lockFile, JSON.stringify(holder({ token: 'long-gone', port, pid: process.pid })));
  const self = await guard();
  await acquire(self);
  expect(holdsStackLock(lockFile, self.token)).toBe(true);
});

test.each(['', '{', 'null', '[]'])('takes over a lock file that holds %j', async (content) => {
  writeFileSync(lockFile, content);
  const self = await guard();
  await acquire(self);
  expect(holdsStackLock(lockFile, self.token)).toBe(true);
});

test('does not take the folder from a guard that is stopped (SIGSTOP)', async () => {
  const first = await guard();
  await acquire(first);
  process.kill(first.pid, 'SIGSTOP');
  try {
    await expect(acquire(await guard())).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  } finally {
    process.kill(first.pid, 'SIGCONT');
  }
});

test('waits for a guard that still stops its children', async () => {
  const first = await startGuard();
  const files = { lockFile, childrenFile: join(folder, 'children.json'), removeOnClose: [join(folder, 'stack.json')] };
  await acquire(first);
  await first.own(files);
  let up: () => void = () => undefined;
  const isUp = new Promise<void>((resolve) => (up = resolve));
  // Takes a second to end, as a chain that writes its state does.
  const code = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 1000));
    console.log('up'); setInterval(() => {}, 1000)`;
  const slow = await first.start({
    name: 'slow',
    command: process.execPath,
    args: ['-e', code],
    onLine: () => up(),
  });
  await isUp;
  expect(JSON.parse(readFileSync(files.childrenFile, 'utf8'))).toEqual([
    { pid: slow.pid, commandLine: expect.stringContaining('SIGTERM') as string },
  ]);

  const closing = first.close();
  const waited = jest.fn();
  const second = await guard();
  await acquire(second, () => void waited());
  expect(slow.hasEnded()).toBe(true);
  expect(waited).toHaveBeenCalledTimes(1);
  expect(holdsStackLock(lockFile, second.token)).toBe(true);
  expect(existsSync(files.childrenFile)).toBe(false);
  await expect(closing).resolves.toEqual({ graceful: true });
});
