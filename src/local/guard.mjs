// The guard: a small process, in a session of its own, that owns the processes of a local stack. However its parent dies
// (Ctrl-C, kill -9, kill -9 of the whole process group, a closed terminal), the guard sees the end of its standard input and
// stops the children in order: SIGTERM, time to finish, SIGKILL last. Nothing leaks, and anvil writes its state.
//
// Plain JavaScript on Node's built-ins, so that it runs the same from `src` (jest) and from `dist`. Talks JSON lines:
//   in    { id, do: 'start', spec } | { id, do: 'stop', name } | { id, do: 'close' }
//         { id, do: 'own', files: { lockFile, childrenFile, removeOnClose } }   once the folder's lock is held, never before
//   out   { event: 'ready', pid, port } | { id, ok, pid?, error? } | { event: 'line', name, text } | { event: 'exit', name, pid, code, signal }
// Its one argument is the token that it identifies itself with.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const token = process.argv[2];
/** @type {{ lockFile?: string, childrenFile?: string, removeOnClose?: string[] }} */
let owned = {};
/** @type {Map<string, { child: import('node:child_process').ChildProcess, spec: any, exited: Promise<void> }>} */
const children = new Map();
/** What a next start asks who finds our lock: is this still us, and is the stack up, or on its way down? */
let state = 'up';
let closing;

function say(message) {
  // The parent may be gone; whoever has no reader has nothing to say.
  if (!process.stdout.destroyed) process.stdout.write(`${JSON.stringify(message)}\n`);
}
process.stdout.on('error', () => {});
process.stdin.on('error', () => void close());

function start({ id, spec }) {
  if (closing) return say({ id, ok: false, error: 'the guard is closing' });
  if (children.has(spec.name)) return say({ id, ok: false, error: `${spec.name} is running already` });
  const log = spec.logFile ? openSync(spec.logFile, 'a') : 'ignore';
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env, // whole, or none: then it is the guard's own
    stdio: ['ignore', spec.lines ? 'pipe' : log, log],
  });
  if (typeof log === 'number') closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      say({ id, ok: false, error: error.message });
      resolve();
    });
    // 'close' and not 'exit': by then every line it wrote has been passed on.
    child.once('close', (code, signal) => {
      children.delete(spec.name);
      writeChildren();
      say({ event: 'exit', name: spec.name, pid: child.pid, code, signal });
      resolve();
    });
  });
  if (child.pid === undefined) return;
  children.set(spec.name, { child, spec, exited });
  writeChildren();
  if (spec.lines) passLines(child, spec);
  say({ id, ok: true, pid: child.pid });
}

/** For a child whose output the parent waits for (a worker's "ready"): each line goes to the log and to the parent. */
function passLines(child, spec) {
  const log = spec.logFile ? openSync(spec.logFile, 'a') : undefined;
  createInterface({ input: child.stdout })
    .on('line', (text) => {
      if (log !== undefined) writeFileSync(log, `${text}\n`);
      say({ event: 'line', name: spec.name, text });
    })
    .on('error', () => {})
    .on('close', () => log !== undefined && closeSync(log));
}

/** Who runs under this guard, for the next start: should the guard itself be killed, the orphans are ended by these marks. */
function writeChildren() {
  if (!owned.childrenFile) return;
  const list = [...children.values()].map(({ child, spec }) => ({
    pid: child.pid,
    commandLine: [spec.command, ...spec.args].join(' '),
  }));
  writeFileSync(`${owned.childrenFile}.tmp`, JSON.stringify(list));
  renameSync(`${owned.childrenFile}.tmp`, owned.childrenFile);
}

async function stop(name) {
  const entry = children.get(name);
  if (!entry) return;
  const { child, spec, exited } = entry;
  child.kill('SIGTERM');
  // A stopped (SIGSTOP) process would take its SIGTERM only when continued.
  child.kill('SIGCONT');
  const last = setTimeout(() => child.kill('SIGKILL'), spec.graceMs ?? 10_000);
  await exited;
  clearTimeout(last);
}

/** Stops everything, later phases first (workers before the chains and the server they need while they drain). */
function close() {
  closing ??= (async () => {
    state = 'stopping';
    for (const file of owned.removeOnClose ?? []) rmSync(file, { force: true });
    while (children.size > 0) {
      const last = Math.max(...[...children.values()].map(({ spec }) => spec.phase ?? 0));
      await Promise.all([...children].filter(([, { spec }]) => (spec.phase ?? 0) === last).map(([name]) => stop(name)));
    }
    if (owned.childrenFile) rmSync(owned.childrenFile, { force: true });
    if (owned.lockFile && lockIsOurs()) rmSync(owned.lockFile, { force: true });
    process.exit(0);
  })();
  return closing;
}

function lockIsOurs() {
  try {
    return JSON.parse(readFileSync(owned.lockFile, 'utf8')).token === token;
  } catch {
    return false;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void close());

// Whoever connects is told who we are, and learns from the connection's end that we are gone: no pid to mistake, nothing to poll.
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.write(`${JSON.stringify({ token, state, pid: process.pid })}\n`);
});
server.listen(0, '127.0.0.1', () => {
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const message = JSON.parse(line);
      if (message.do === 'start') start(message);
      else if (message.do === 'stop') void stop(message.name).then(() => say({ id: message.id, ok: true }));
      else if (message.do === 'own') {
        owned = message.files;
        say({ id: message.id, ok: true });
      } else if (message.do === 'close') void close();
    })
    .on('error', () => void close())
    .on('close', () => void close());
  say({ event: 'ready', pid: process.pid, port: server.address().port });
});
