import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The CLI release that is downloaded or built: the newest that can be installed as a Go module. */
export const temporalCliVersion = '1.5.1';

/** Worker versioning, updates and eager activities as we use them are in the server from here on. */
export const leastServerVersion = '1.27.0';

/**
 * The Temporal server version inside a `temporal` binary. Its own version says little: one built from source calls itself
 * 0.0.0-DEV.
 * @throws Error that says why the binary will not do
 */
export async function serverVersion(binary: string): Promise<string> {
  const { stdout } = await run(binary, ['--version'], { timeout: 20_000 });
  const version = /\bServer (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined)
    throw new Error(`it says ${JSON.stringify(stdout.trim().slice(0, 80))}, not a server version`);
  if (compare(version, leastServerVersion) < 0) {
    throw new Error(`its server is ${version}, at least ${leastServerVersion} is needed`);
  }
  return version;
}

function compare(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const index = a.findIndex((part, position) => part !== b[position]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
