import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Nothing that a reader is told to wait for takes as long. */
const longestMs = 60_000;

/** Every terminal that is open. */
const open = new Set();

/** For one who was told to end: what runs in the terminals ends at once. */
export function endShells() {
  for (const end of open) end('SIGKILL');
}

/**
 * One terminal, as a reader has it: variables and background jobs of a command are there for the next.
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
export function openShell(folder, env) {
  const mark = `done-${randomUUID()}`;
  let isStuck = false;
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, detached: true });
  const exited = new Promise((resolve) => shell.once('exit', resolve));
  let output = '';
  let look = () => undefined;
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
      look();
    });
  }
  exited.then(() => look());
  open.add(end);

  /** With everything that was started in it. */
  function end(signal) {
    try {
      process.kill(-shell.pid, signal);
    } catch {
      // nothing is left
    }
  }

  /** @returns {Promise<{ ok: boolean, output: string }>} */
  async function run(command) {
    if (isStuck) return { ok: false, output: 'the terminal still does what is above' };
    output = '';
    const ended = new Promise((resolve) => {
      look = () => {
        const [, code] = new RegExp(`${mark}:(\\d+)\n`).exec(output) ?? [];
        if (code !== undefined) resolve(Number(code));
        else if (shell.exitCode !== null || shell.signalCode !== null) resolve(1);
      };
    });
    shell.stdin.write(`{ ${command}\n} </dev/null\nprintf '\\n%s:%s\\n' ${mark} $?\n`);
    const late = new AbortController();
    const code = await Promise.race([ended, after(longestMs, late.signal)]);
    late.abort();
    isStuck = code === null;
    const said = output.replace(new RegExp(`\n${mark}:\\d+\n`), '');
    return { ok: code === 0, output: code === null ? `${said}\nnot done after ${longestMs / 1_000} s` : said };
  }

  /** Ends what the page left in the background too. */
  async function close() {
    shell.stdin.end();
    end(isStuck ? 'SIGKILL' : 'SIGTERM');
    await exited;
    open.delete(end);
  }

  return { run, close };
}

function after(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, null);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
