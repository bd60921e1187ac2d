import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows } from '../../src/bundleWorkflows';
import { projectRoot } from '../../src/local/projectRoot';
import { startPostgres, type Postgres } from '../../src/local/startPostgres';
import { startTemporalServer, type TemporalServer } from '../../src/local/temporalServer';

declare global {
  var settlementTestRun: { server: TemporalServer; postgres: Postgres; folder: string } | undefined;
}

/**
 * Once for all projects of a run: one real Temporal server (found or built as `npm start` does), one real Postgres and the
 * production workflow bundle. Test files learn of them through the environment; they keep apart by task queue, settlement id and database.
 */
export default async function globalSetup(): Promise<void> {
  if (globalThis.settlementTestRun) return;
  // Worker and command line run as they ship: compiled, in processes of their own.
  execFileSync(process.execPath, [join(projectRoot(), 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  const folder = mkdtempSync(join(tmpdir(), 'settlement-test-run-'));
  // A deleted run is gone once the transfer queue acknowledges it: by default that takes 30 s.
  const dynamicConfig = [
    'history.transferProcessorUpdateAckInterval="500ms"',
    'history.visibilityProcessorUpdateAckInterval="500ms"',
  ];
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    temporary: true,
    logFile: join(folder, 'postgres.log'),
  });
  const server = await startTemporalServer({ dynamicConfig, say: (line) => console.error(line) });
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, await bundleWorkflows(require.resolve('../../src/workflows')));
  globalThis.settlementTestRun = { server, postgres, folder };
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_TEMPORAL_UI = server.uiUrl;
  process.env.TEST_WORKFLOW_BUNDLE = bundle;
}
