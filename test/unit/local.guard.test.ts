import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inheritedEnvironment } from '../../src/config';
import { commandLineOf } from '../../src/local/commandLineOf';
import { endOrphans } from '../../src/local/endOrphans';
import { projectRoot } from '../../src/local/projectRoot';
import { startGuard, type Guard } from '../../src/local/startGuard';

let folder: string;
let guard: Guard;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guard-'));
  guard = await startGuard();
});
afterEach(async () => {
  await guard.close();
  rmSync(folder, { recursive: true, force: true });
});

const forEver = 'setInterval(() => {}, 1000)';
const node = (name: string, code: string) => ({ name, command: process.execPath, args: ['-e', code] });

test('starts a process, passes its lines on and says how it ended', async () => {
  const lines: string[] = [];
  const logFile = join(folder, 'child.log');
  const child = await guard.start({
    ...node(
      'child',
      'console.log(process.env.GREETING, process.env.PATH); console.error("to the log"); process.exit(3)',
    ),
    env: { GREETING: 'hello' },
    logFile,
    onLine: (line) => lines.push(line),
  });
  await expect(child.exited).resolves.toEqual({ code: 3, signal: null });
  // What it is given comes on top of what this process has.
  const greeting = `hello ${inheritedEnvironment().PATH}`;
  expect(lines).toEqual([greeting]);
  expect(readFileSync(logFile, 'utf8').split('\n').sort()).toEqual(['', greeting, 'to the log']);
});

test('says so when a command cannot be started, and when a name is taken', async () => {
  await expect(guard.start({ name: 'x', command: join(folder, 'nowhere'), args: [] })).rejects.toThrow(/ENOENT/);
  await guard.start(node('x', forEver));
  await expect(guard.start(node('x', forEver))).rejects.toThrow(/running already/);
});

test('a process that ignores SIGTERM, or is stopped, is killed after its grace', async () => {
  const stubborn = await guard.start({
    ...node('stubborn', `process.on('SIGTERM', () => {}); ${forEver}`),
    graceMs: 200,
  });
  const stopped = await guard.start({ ...node('stopped', forEver), graceMs: 5_000 });
  stopped.kill('SIGSTOP');
  await Promise.all([stubborn.stop(), stopped.stop()]);
  await expect(stubborn.exited).resolves.toMatchObject({ signal: expect.stringMatching(/SIGKILL|SIGTERM/) as string });
  await expect(stopped.exited).resolves.toMatchObject({ signal: 'SIGTERM' });
});

test('stops later phases first', async () => {
  const order: string[] = [];
  const late = await guard.start({ ...node('worker', forEver), phase: 1 });
  const early = await guard.start(node('chain', forEver));
  void late.exited.then(() => order.push('worker'));
  void early.exited.then(() => order.push('chain'));
  await guard.close();
  expect(order).toEqual(['worker', 'chain']);
});

/** A parent that holds a guard with one child, in a process group of its own. */
async function parentWithChild(): Promise<{ parentPid: number; guardPid: number; childPid: number }> {
  const script = join(projectRoot(), 'src', 'local', 'guard.mjs');
  const code = `
    const { spawn } = require('node:child_process');
    const guard = spawn(process.execPath, [${JSON.stringify(script)}, 'token'], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    require('node:readline').createInterface({ input: guard.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.event === 'ready') {
        const spec = { name: 'child', command: process.execPath, args: ['-e', ${JSON.stringify(forEver)}] };
        guard.stdin.write(JSON.stringify({ id: 1, do: 'start', spec }) + '\\n');
      } else if (message.ok) console.log(JSON.stringify({ parentPid: process.pid, guardPid: guard.pid, childPid: message.pid }));
    });`;
  const parent = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  return JSON.parse(line) as { parentPid: number; guardPid: number; childPid: number };
}

test('nothing is left when the parent and its whole process group are killed', async () => {
  const { parentPid, guardPid, childPid } = await parentWithChild();
  process.kill(-parentPid, 'SIGKILL');
  while (commandLineOf(guardPid) !== undefined || commandLineOf(childPid) !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('what a killed guard left behind is ended by its marks, and nobody else is', async () => {
  const childrenFile = join(folder, 'children.json');
  await guard.own({ lockFile: join(folder, 'lock'), childrenFile, removeOnClose: [] });
  const orphan = await guard.start(node('orphan', forEver));
  const marks = JSON.parse(readFileSync(childrenFile, 'utf8')) as object[];
  // A pid that has gone to somebody else: this very process.
  writeFileSync(childrenFile, JSON.stringify([...marks, { pid: process.pid, commandLine: 'something else' }]));
  process.kill(guard.pid, 'SIGKILL');
  await expect(guard.close()).resolves.toEqual({ graceful: false });
  expect(commandLineOf(orphan.pid)).toBeDefined();
  await expect(endOrphans(childrenFile)).resolves.toBe(1);
  expect(commandLineOf(orphan.pid)).toBeUndefined();
  expect(existsSync(childrenFile)).toBe(false);
});
