// `npm run docs:check`: does what README and docs/ tell a newcomer, as written and in order, in a fresh clone with an empty HOME.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { checkPage } from './docs/checkPage.mjs';
import { onlyLookedUp } from './docs/lookUp.mjs';
import { endShells } from './docs/openShell.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** In the order in which somebody new reads them; the others follow. */
const first = ['README.md', 'docs/integrate.md', 'docs/api.md', 'docs/operating.md'];
const usage = `Usage: npm run docs:check [-- options] [-- pages]

Clones HEAD into an empty folder, and there, with a fresh HOME, runs every command of the pages (all, unless some are named).
Prints a table; the last line is 'N passed, N failed'. Exit code 0 if none failed, 1 if one did, 2 usage.

  --here <dir>  run the pages there, beside a stack that is up, instead of in a clone
  --keep        leave clone and HOME where they are
  --help        this text`;

const { values: options, positionals } = readOptions();
const pages = positionals.length > 0 ? positionals : allPages();
const counts = { ok: 0, exists: 0, written: 0, failed: 0, 'not run': 0, 'not here': 0 };
/** Whoever is told to end leaves nothing either. */
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
const stack = { process: null, exited: null, isDown: false };
/** Nothing on the pages works without the stack. */
const isOver = () => interrupted || stack.isDown;

if (options.here === undefined) await inClone();
else await checkPages(resolve(options.here), process.env, async () => ({ ok: true, output: '' }));
report();

/** @param {string} folder @param {NodeJS.ProcessEnv} env */
async function checkPages(folder, env, start) {
  // What others build and what the reader reads are one: the pages of the clone.
  const from = existsSync(join(folder, 'README.md')) ? folder : root;
  for (const page of pages) {
    if (isOver()) return;
    console.log(`\n${page}`);
    await checkPage({ page: join(from, page), folder, env, start, tell, isOver });
  }
}

async function inClone() {
  const base = mkdtempSync(join(tmpdir(), 'settlement-docs-'));
  const [clone, home, bin] = ['clone', 'home', 'bin'].map((name) => join(base, name));
  try {
    must('git', ['clone', '--quiet', root, clone]);
    const env = newcomersEnvironment(home, bin);
    const start = () => startStack(clone, env);
    await checkPages(clone, env, start);
    if (!isOver()) await stopStack();
  } finally {
    stack.process?.kill('SIGTERM');
    await stack.exited;
    if (options.keep) console.log(`left in ${base}`);
    else rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Nothing of who runs this but where programs are, and the certificates that this machine's network needs. */
function newcomersEnvironment(home, bin) {
  const cached = join(homedir(), '.cache', 'cross-chain-settlement', 'bin');
  const taken = existsSync(cached) ? readdirSync(cached).filter((name) => name.startsWith('temporal-')) : [];
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(home, '.cache'), { recursive: true });
  if (taken.length > 0) {
    const target = join(home, '.cache', 'cross-chain-settlement', 'bin');
    cpSync(cached, target, { recursive: true });
    console.log('the Temporal server is taken from this machine’s cache, which saves its build of some 150 s');
    // A reader of 'temporal workflow start' has the command line, and here it is the same program.
    symlinkSync(join(target, taken[0]), join(bin, 'temporal'));
  }
  const kept = ['LANG', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].filter((name) => process.env[name] !== undefined);
  return {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    // npm puts the packages' own programs before the reader's.
    PATH: [...(process.env.PATH ?? '').split(':').filter((path) => !path.includes('node_modules')), bin].join(':'),
    HOME: home,
  };
}

/** `npm start` in a terminal of its own: the reader goes on when it says that it is up. */
async function startStack(clone, env) {
  let output = '';
  const child = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  /** The whole group: npm itself may be gone before what it started. */
  const kill = (signal) => {
    try {
      return process.kill(-child.pid, signal);
    } catch {
      return false;
    }
  };
  stack.process = { kill };
  stack.exited = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal))).then(
    async (ended) => {
      while (kill(0)) await pause(100);
      return ended;
    },
  );
  const up = new Promise((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (output.includes('up; Ctrl-C stops the stack')) done(true);
      });
    }
  });
  const ok = await Promise.race([up, stack.exited.then(() => false)]);
  if (ok) {
    const { temporal, apiUrl } = JSON.parse(readFileSync(join(clone, '.settlement', 'stack.json'), 'utf8'));
    console.log(`  (up: Temporal at ${temporal.address}, API at ${apiUrl})`);
    // On a machine where 7233 is somebody else's the command line must not reach that one.
    env.TEMPORAL_ADDRESS = temporal.address;
  }
  stack.isDown = !ok;
  return { ok, output: ok ? '' : output };
}

async function stopStack() {
  if (!stack.process) return;
  const at = performance.now();
  // As a terminal does it: to everything in the foreground.
  stack.process.kill('SIGINT');
  const code = await stack.exited;
  console.log('\nat the end');
  // npm tells of a Ctrl-C in one way or another.
  const outcome = [0, 130, 'SIGINT'].includes(code) ? 'ok' : 'failed';
  const seconds = (performance.now() - at) / 1_000;
  tell({ line: 0, text: 'Ctrl-C in the terminal of npm start', outcome, seconds, output: `exit code ${code}` });
}

function interrupt() {
  interrupted = true;
  endShells();
  stack.process?.kill('SIGTERM');
}

function tell({ line, text, outcome, seconds, output }) {
  counts[outcome] += 1;
  const [shown, ...more] = text.split('\n');
  const at = line === 0 ? '' : String(line);
  console.log(
    `  ${outcome.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s ${at.padStart(4)}  ${shown}${more.length > 0 ? ' ...' : ''}`,
  );
  if (outcome === 'not run') console.log(`${' '.repeat(26)}${output}`);
  if (outcome === 'failed')
    console.log(
      output
        .trimEnd()
        .split('\n')
        .slice(-25)
        .map((one) => `      | ${one}`)
        .join('\n'),
    );
}

function report() {
  const { ok, exists, written, failed } = counts;
  console.log(`\nonly looked up, because they take long: ${onlyLookedUp.join(', ')}`);
  const others = `not run by their mark ${counts['not run']}, what they need is not here ${counts['not here']}`;
  console.log(`run ${ok}, looked up ${exists}, files written ${written}; ${others}`);
  console.log(`${ok + exists} passed, ${failed} failed`);
  if (isOver()) console.log(interrupted ? 'interrupted' : 'the stack did not start: the rest was not run');
  process.exitCode = failed === 0 && ok + exists > 0 && !isOver() ? 0 : 1;
}

function allPages() {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(root, join(root, 'docs', name)))
    .sort();
  return [...first, ...inDocs.filter((page) => !first.includes(page)), 'SECURITY.md'];
}

function must(file, args) {
  const { status } = spawnSync(file, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed`);
}

function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    const parsed = parseArgs({ options: { here: { type: 'string' }, keep: flag, help: flag }, allowPositionals: true });
    if (!parsed.values.help) return parsed;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message.split('\n')[0]}\n\n${usage}`);
    process.exit(2);
  }
}
