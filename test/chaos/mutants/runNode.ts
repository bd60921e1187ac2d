import { spawn, type ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();
const state = { isEnding: false };

/** Nothing more is to be begun. */
export function isEnding(): boolean {
  return state.isEnding;
}

/** Tells every process that is under way to end, as Ctrl-C would; resolves when all have. */
export async function endAll(): Promise<void> {
  state.isEnding = true;
  const all = [...children];
  for (const child of all) child.kill('SIGTERM');
  await Promise.all(all.map((child) => new Promise((resolve) => child.once('close', resolve))));
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Node program to its end. */
export function runToEnd(cwd: string, args: readonly string[], withinMs: number): Promise<Ran> {
  if (state.isEnding) return Promise.reject(new Error('interrupted'));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    const late = setTimeout(() => child.kill('SIGTERM'), withinMs); // it ends what it began
    const end = (): void => {
      clearTimeout(late);
      children.delete(child);
    };
    child.once('error', (error) => (end(), reject(error)));
    child.once('close', (code) => (end(), resolve({ code, ...said })));
  });
}

const buildWithinMs = 180_000;

/** A step of a build. @throws Error with what it said, when it failed */
export async function runNode(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(cwd, args, buildWithinMs);
  if (code !== 0) throw new Error(`${args[0] ?? ''} ended with ${String(code)}:\n${stdout}${stderr}`.slice(0, 3_000));
}
