import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findTemporalServer, type FindOptions } from '../../src/local/findTemporalServer';

let folder: string;
let cached: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-server-'));
  cached = join(folder, 'cache', 'bin', 'temporal-1.5.1');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says what a `temporal` binary says when it is asked for its version. */
function fake(file: string, says: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
  return dirname(file);
}

function find(path: readonly string[], ways: Partial<FindOptions> = {}) {
  const unavailable = (why: string) => () => Promise.reject(new Error(why));
  return findTemporalServer({
    path: path.join(delimiter),
    cacheDir: join(folder, 'cache'),
    say: () => undefined,
    download: unavailable('offline'),
    build: unavailable('Go is not installed'),
    ...ways,
  });
}

const good = 'temporal version 1.4.0 (Server 1.29.0, UI 2.40.0)';

test('takes the one on PATH before the cached one', async () => {
  const onPath = fake(join(folder, 'bin', 'temporal'), good);
  fake(cached, 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)');
  const found = await find([join(folder, 'nowhere'), onPath]);
  expect(found).toEqual({ source: 'PATH', serverVersion: '1.29.0', binary: join(onPath, 'temporal') });
});

test.each([
  ['too old', 'temporal version 0.10.0 (server 1.20.0) (ui 2.10.0)'],
  ['an old server', 'temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)'],
  ['another program', 'tctl version 1.18'],
])('passes over one on PATH that is %s', async (_what, says) => {
  const onPath = fake(join(folder, 'bin', 'temporal'), says);
  fake(cached, 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)');
  await expect(find([onPath])).resolves.toMatchObject({ source: 'cache', binary: cached, serverVersion: '1.29.1' });
});

test('passes over a file on PATH that cannot be executed', async () => {
  const onPath = fake(join(folder, 'first', 'temporal'), good);
  chmodSync(join(onPath, 'temporal'), 0o644);
  const second = fake(join(folder, 'second', 'temporal'), good);
  await expect(find([onPath, second])).resolves.toMatchObject({ binary: join(second, 'temporal') });
});

test('downloads before it builds, and caches what it got', async () => {
  const built = jest.fn();
  const download = (target: string) => Promise.resolve(void fake(target, good));
  await expect(find([], { download, build: built })).resolves.toMatchObject({ source: 'download', binary: cached });
  expect(built).not.toHaveBeenCalled();
  await expect(find([])).resolves.toMatchObject({ source: 'cache' });
});

test('builds when nothing else is there', async () => {
  const build = (target: string) => Promise.resolve(void fake(target, good));
  await expect(find([], { build })).resolves.toMatchObject({ source: 'build', binary: cached });
});

test('says what was tried and how to get one', async () => {
  const onPath = fake(join(folder, 'bin', 'temporal'), 'temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)');
  const failure = find([onPath]);
  await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  const { message } = (await failure.catch((error: unknown) => error)) as Error;
  expect(message).toMatch(/PATH: its server is 1\.24\.2, at least/);
  expect(message).toMatch(/cache: there is no .*temporal-1\.5\.1/);
  expect(message).toMatch(/download: offline/);
  expect(message).toMatch(/build: Go is not installed/);
  expect(message).toMatch(/TEMPORAL_ADDRESS/);
});
