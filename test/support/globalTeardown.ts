import { rmSync } from 'node:fs';

/** Nothing of a test run stays behind: no process, no port, no file. */
export default async function globalTeardown(): Promise<void> {
  const run = globalThis.settlementTestRun;
  globalThis.settlementTestRun = undefined;
  await Promise.all([run?.server.stop(), run?.postgres.stop()]);
  if (run) rmSync(run.folder, { recursive: true, force: true });
}
