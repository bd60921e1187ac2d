import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LockHolder } from '../../src/local/acquireStackLock';
import { projectRoot } from '../../src/local/projectRoot';
import type { StackInfo } from '../../src/local/stack';

const root = projectRoot();
const startScript = join(root, 'scripts', 'start.mjs');
let folder: string;
const running: ChildProcess[] = [];

/** Ours alone: a server that the environment names would be everybody's. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));

beforeAll(() => {
  // Built before the clocks run.
  expect(spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' }).status).toBe(0);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-start-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  await until(() => processesOf(folder).length === 0);
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<number | null>;
  /** Resolves when a line with this text has been printed; rejects when it ends without. */
  saw(text: string): Promise<string>;
}

/** `npm start` in a process group of its own. */
function start(...flags: string[]): Run {
  const child = spawn(process.execPath, [startScript, '--folder', folder, ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  running.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (l) => lines.push(l));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    lines,
    exit,
    async saw(text) {
      let ended = false;
      void exit.then(() => (ended = true));
      const find = () => lines.find((line) => line.includes(text));
      await until(() => find() !== undefined || ended);
      const line = find();
      if (line === undefined) throw new Error(`never saw ${JSON.stringify(text)}:\n${lines.join('\n')}`);
      return line;
    },
  };
}

function settle(...args: string[]) {
  const result = spawnSync(process.execPath, [join(root, 'bin', 'settle.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...env, SETTLEMENT_CONFIG: join(folder, 'config.json') },
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

function payment(id: string): string[] {
  return [
    'start',
    '--id',
    id,
    '--from',
    'alder',
    '--to',
    'birch',
    '--amount',
    '1',
    '--holder',
    'alice',
    '--recipient',
    'bob',
  ];
}

function statusOf(id: string): unknown {
  return (JSON.parse(settle('show', id, '-o', 'json').stdout) as { status: unknown }).status;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

function pidOf(part: string): number {
  const child = (readJson('children.json') as { pid: number; commandLine: string }[]).find(({ commandLine }) =>
    commandLine.includes(part),
  );
  if (!child) throw new Error(`no child ${part}`);
  return child.pid;
}

/** Everything that runs with the folder in its command line. */
function processesOf(part: string): string[] {
  const { stdout } = spawnSync('ps', ['-ww', '-eo', 'pid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(part));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const isUp = 'Ctrl-C stops the stack';

test('npm start -- --exit settles the demo as promised, twice, and leaves no process', async () => {
  const first = start('--exit');
  await expect(first.exit).resolves.toBe(0);
  const text = first.lines.join('\n');
  expect(text).toMatch(/demo-\w+-payment: COMPLETED/);
  expect(text).toMatch(/demo-\w+-refused: FAILED, compensated \(MINT_REFUSED/);
  expect(text).toMatch(/demo-\w+-twentyfold: COMPLETED/);
  expect(text).toMatch(/total supply .* 0 /);
  expect(text).toMatch(/http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/demo-\w+-payment\/[\w-]+\/history/);
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, 'stack.json'))).toBe(false);
  for (const key of readdirSync(join(folder, 'keys')))
    expect(statSync(join(folder, 'keys', key)).mode & 0o777).toBe(0o600);

  const second = start('--exit');
  await expect(second.exit).resolves.toBe(0);
  expect(second.lines.join('\n')).toContain('both chains are as they were left');
});

test('a second start in the same folder is refused and does the first no harm; Ctrl-C ends it with 0', async () => {
  const first = start('--no-demo');
  await first.saw(isUp);
  const before = readFileSync(join(folder, 'stack.json'), 'utf8');
  const second = start('--no-demo', '--exit', '--fresh');
  await expect(second.exit).resolves.toBe(78);
  expect(second.lines.join('\n')).toContain(`kill ${first.child.pid}`);
  expect(readFileSync(join(folder, 'stack.json'), 'utf8')).toBe(before);
  expect(settle(...payment('after-refusal'), '--wait')).toMatchObject({ status: 0 });
  first.child.kill('SIGINT');
  await expect(first.exit).resolves.toBe(0);
  expect(processesOf(folder)).toEqual([]);
});

test('interrupted while it starts it leaves nothing and can be started again', async () => {
  const first = start('--no-demo');
  await until(() => existsSync(join(folder, 'children.json')));
  first.child.kill('SIGINT');
  await expect(first.exit).resolves.toBe(130);
  await until(() => processesOf(folder).length === 0);
  await expect(start('--no-demo', '--exit').exit).resolves.toBe(0);
});

test('kill -9 of its whole process group leaves no process, and settlements under way go on', async () => {
  const first = start('--no-demo');
  await first.saw(isUp);
  const ids = ['killed-1', 'killed-2', 'killed-3'];
  for (const id of ids) expect(settle(...payment(id))).toMatchObject({ status: 0 });
  process.kill(-(first.child.pid ?? 0), 'SIGKILL');
  // At once: it waits for the guard of the first, which still stops what it owns.
  const second = start('--no-demo');
  await second.saw(isUp);
  expect(second.lines.join('\n')).toContain('both chains are as they were left');
  for (const id of ids) await until(() => statusOf(id) === 'COMPLETED');
  second.child.kill('SIGTERM');
  await expect(second.exit).resolves.toBe(0);
  expect(processesOf(folder)).toEqual([]);
});

test('a worker and a Temporal server that are killed come back, and stack.json says so', async () => {
  const stack = start('--no-demo');
  await stack.saw(isUp);
  const worker = pidOf('worker.js');
  process.kill(worker, 'SIGKILL');
  process.kill(pidOf('start-dev'), 'SIGKILL');
  await stack.saw('Temporal serves again');
  await until(() => (readJson('stack.json') as StackInfo).workers[0]?.pid !== worker);
  expect(settle(...payment('after-kills'), '--wait')).toMatchObject({ status: 0 });
});

test('a chain that dies stops the stack; when its guard is killed, nothing is left either', async () => {
  const first = start('--no-demo');
  await first.saw(isUp);
  process.kill(pidOf('31337'), 'SIGKILL');
  await expect(first.exit).resolves.toBe(1);
  expect(first.lines.join('\n')).toContain('chain alder ended (SIGKILL)');

  const second = start('--no-demo');
  await second.saw(isUp);
  process.kill((readJson('stack.lock') as LockHolder).guardPid, 'SIGKILL');
  await expect(second.exit).resolves.toBe(1);
  expect(processesOf(folder)).toEqual([]);
  await expect(start('--no-demo', '--exit').exit).resolves.toBe(0);
});

test('a chain without its state is refused until --fresh', async () => {
  await expect(start('--no-demo', '--exit').exit).resolves.toBe(0);
  for (const name of ['birch.json', 'birch.json.exit']) rmSync(join(folder, 'chains', name), { force: true });
  const refused = start('--no-demo', '--exit');
  await expect(refused.exit).resolves.toBe(78);
  expect(refused.lines.join('\n')).toMatch(/CHAIN_MISMATCH: chain birch .*npm start -- --fresh/);
  await expect(start('--no-demo', '--exit', '--fresh').exit).resolves.toBe(0);
});

test('refuses flags it does not know', async () => {
  const refused = start('--demo');
  await expect(refused.exit).resolves.toBe(2);
  expect(refused.lines.join('\n')).toContain('Usage: npm start');
});
