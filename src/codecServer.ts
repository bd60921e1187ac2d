import { startCodecServer } from './codec/startCodecServer';
import { loadCodecConfig, readEnvironment } from './config';
import { SettlementError } from './domain/errors';
import { errorCatalog } from './domain/errorCodes';
import { createLogger } from './observability/createLogger';

/** The codec server: decrypts for Temporal's Web UI and command line until it is told to stop. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const log = createLogger(env.logLevel);
  const server = await startCodecServer(loadCodecConfig(env.configPath), log);
  log.info({ url: server.url }, 'codec ready');
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await server.close();
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
