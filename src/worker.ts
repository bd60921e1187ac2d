import { existsSync } from 'node:fs';
import { createActivities } from './activities/createActivities';
import { bundlePath } from './bundleWorkflows';
import { databaseUrlOf, loadConfig, readEnvironment } from './config';
import { createDependencies } from './createDependencies';
import { SettlementError } from './domain/errors';
import { errorCatalog } from './domain/errorCodes';
import { createLedger } from './ledger/createLedger';
import type { Sealing } from './ledger/keepSealing';
import { migrateLedger } from './ledger/migrateLedger';
import { createLogger } from './observability/createLogger';
import { createReconciliation } from './reconciliation/createReconciliation';
import { scheduleReconciliation } from './reconciliation/scheduleReconciliation';
import { runWorker } from './runWorker';
import { startSealing } from './startSealing';

/** A worker: checks its configuration against the chains, then polls until it is told to stop, and drains. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const config = loadConfig(env.configPath);
  const log = createLogger(env.logLevel);
  const databaseUrl = databaseUrlOf(config, env);
  await migrateLedger(databaseUrl);
  const ledger = createLedger({ databaseUrl });
  try {
    const dependencies = await createDependencies(config, ledger, log);
    let sealing: Sealing | null = null;
    try {
      sealing = await startSealing(config, ledger, log);
      await runWorker(config, env, async (client) => {
        await scheduleReconciliation(client, config);
        const chains = dependencies.desks.map(({ chain }) => chain);
        return {
          taskQueue: config.temporal.taskQueue,
          // The bundle is built ahead; loading it here means that a workflow that cannot load keeps the worker from starting.
          ...(existsSync(bundlePath)
            ? { workflowBundle: { codePath: bundlePath } }
            : { workflowsPath: require.resolve('./workflows') }),
          activities: {
            ...createActivities(dependencies),
            ...createReconciliation({ ...dependencies, client, config, chains }),
          },
        };
      });
    } finally {
      await Promise.all([sealing?.close(), dependencies.close()]);
    }
  } finally {
    await ledger.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof SettlementError) {
    console.error(`${error.code}: ${error.message}\n${error.nextStep}`);
    process.exitCode = errorCatalog[error.code].exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
});
