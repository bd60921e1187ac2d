import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApiClient } from './apiClient.mjs';
import { freePort, projectRoot, stackPaths, startGuard, startLocalWorker } from './project.mjs';

const run = promisify(execFile);
/** What is measured is the server and not its limits. */
const unlimited = { token: 1_000_000, address: 1_000_000 };

/** The API in a process of its own beside a benchmark's stack, as it ships. */
export async function withBenchApi({ folder, runId }, use) {
  const paths = stackPaths(folder);
  const port = await freePort();
  const json = JSON.parse(readFileSync(paths.config, 'utf8'));
  const api = { port, requestsPerMinute: unlimited, maxOpenPerHolder: 100_000 };
  writeFileSync(paths.config, JSON.stringify({ ...json, api }), { mode: 0o600 });
  const guard = await startGuard();
  const clients = [];
  const settle = async (...args) => {
    const command = [join(projectRoot(), 'bin', 'settle.mjs'), '-o', 'json', '-c', paths.config, ...args];
    return JSON.parse((await run(process.execPath, command)).stdout);
  };
  try {
    const program = join(projectRoot(), 'dist', 'apiServer.js');
    const server = await startLocalWorker(paths, guard, { name: 'api', program, readyText: 'api ready' });
    const connect = async (name, ...given) => {
      const { token } = await settle('token', 'create', `${name}-${runId}`, ...given);
      const client = createApiClient({ url: `http://127.0.0.1:${port}`, token });
      clients.push(client);
      return client;
    };
    const ended = server.exited.then(() => Promise.reject(new Error('the API ended while it was measured')));
    return await Promise.race([use({ connect, settle }), ended]);
  } finally {
    for (const client of clients) client.close();
    await guard.close();
  }
}
