import { startApi } from './api/startApi';
import { loadConfig, readEnvironment } from './config';
import { SettlementError } from './domain/errors';
import { errorCatalog } from './domain/errorCodes';
import { createLogger } from './observability/createLogger';
import { startTracing } from './tracing/startTracing';

/** The HTTP API: serves until it is told to stop, and answers what is under way. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const log = createLogger(env.logLevel);
  const config = loadConfig(env.configPath);
  const tracing = startTracing(config, 'api');
  const api = await startApi(config, env, log);
  log.info({ url: api.url }, 'api ready');
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await api.close();
  await tracing.close();
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
