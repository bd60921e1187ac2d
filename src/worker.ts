import { existsSync } from 'node:fs';
import { createBatchActivities } from './activities/batch/createBatchActivities';
import { createActivities } from './activities/createActivities';
import { bundlePath, encryptedBundlePath } from './bundleWorkflows';
import { openRun } from './client/openRun';
import { databaseUrlOf, loadConfig, readEnvironment } from './config';
import { createDependencies } from './createDependencies';
import { SettlementError } from './domain/errors';
import type { SettlementRecord } from './domain/record';
import { errorCatalog } from './domain/errorCodes';
import type { Repeating } from './keepRepeating';
import { createLedger } from './ledger/createLedger';
import { migrateLedger } from './ledger/migrateLedger';
import { countSteps } from './observability/countSteps';
import { createLogger } from './observability/createLogger';
import { installRuntime } from './observability/installRuntime';
import { keepSampling } from './observability/keepSampling';
import { sampleChains } from './observability/sampleChains';
import { sampleLedger } from './observability/sampleLedger';
import { createReconciliation } from './reconciliation/createReconciliation';
import { createReconciliationMetrics } from './reconciliation/reconciliationMetrics';
import { scheduleReconciliation } from './reconciliation/scheduleReconciliation';
import { runWorker } from './runWorker';
import { startBulkDispatch } from './startBulkDispatch';
import { startSealing } from './startSealing';
import { startTracing } from './tracing/startTracing';
import { workerVersionOf } from './workerVersionOf';
import { createWebhookActivities } from './webhooks/createWebhookActivities';
import { createWebhookSender } from './webhooks/createWebhookSender';

/** A worker: checks its configuration against the chains, then polls until it is told to stop, and drains. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const config = loadConfig(env.configPath);
  const log = createLogger(env.logLevel);
  const databaseUrl = databaseUrlOf(config, env);
  await migrateLedger(databaseUrl);
  const metricsAddress = env.metricsAddress ?? config.metrics?.address ?? null;
  const meter = installRuntime(log, metricsAddress);
  const tracing = startTracing(config, 'worker');
  const count = countSteps(meter);
  const onStep = (record: SettlementRecord): void => {
    count(record);
    tracing.onStep(record);
  };
  const ledger = createLedger({ databaseUrl, onStep });
  try {
    const dependencies = await createDependencies(config, ledger, log, meter);
    const samplers =
      metricsAddress === null
        ? []
        : [
            sampleLedger(
              meter,
              ledger,
              config.chains.map(({ name }) => name),
            ),
            sampleChains(meter, dependencies.sampled),
          ];
    const sampling = keepSampling(samplers, {
      everyMs: config.metrics?.everyMs ?? 10_000,
      onTrouble: (error) => log.warn({ error: String(error) }, 'a metric could not be read'),
    });
    const sender = createWebhookSender(config.api.allowPrivateWebhooks);
    let sealing: Repeating | null = null;
    try {
      sealing = await startSealing(config, ledger, log);
      await runWorker(config, env, log, async (client) => {
        await scheduleReconciliation(client, config);
        const codePath = config.payloads ? encryptedBundlePath : bundlePath;
        const chains = dependencies.desks.map(({ chain }) => chain);
        return {
          taskQueue: config.temporal.taskQueue,
          version: workerVersionOf(config, env, codePath),
          startBesides: () => startBulkDispatch({ client, config }, ledger, log),
          // The bundle is built ahead; loading it here means that a workflow that cannot load keeps the worker from starting.
          ...(existsSync(codePath)
            ? { workflowBundle: { codePath } }
            : { workflowsPath: require.resolve('./workflows') }),
          activities: {
            ...createActivities(dependencies),
            ...createBatchActivities(dependencies, (run) =>
              openRun({ client, config, chains, ledger }, { ...run, request: { kind: 'start' } }, { adopt: true }),
            ),
            ...createReconciliation({
              ...dependencies,
              client,
              config,
              chains,
              metrics: createReconciliationMetrics(meter),
            }),
            ...createWebhookActivities({ ledger, sender }),
          },
        };
      });
    } finally {
      sampling.close();
      await Promise.all([sealing?.close(), sender.close(), dependencies.close()]);
    }
  } finally {
    await ledger.close();
    await tracing.close();
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
