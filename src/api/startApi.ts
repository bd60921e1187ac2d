import { Client, Connection } from '@temporalio/client';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createChain } from '../chains/chain';
import { databaseUrlOf, type Config, type Environment } from '../config';
import { ConfigError } from '../domain/errors';
import { createApiLedger } from '../ledger/createApiLedger';
import { dataConverterOf } from '../payloads/dataConverterOf';
import { temporalTarget } from '../temporalTarget';
import { startWebhooks } from '../webhooks/startWebhooks';
import { createApi } from './createApi';
import { createEventTail } from './createEventTail';
import { createIntake } from './createIntake';
import { createProgress } from './createProgress';
import { createRateMeter } from './createRateMeter';
import { createStreams } from './createStreams';
import { createSupply } from './createSupply';
import { createUnderWay } from './createUnderWay';
import { isLoopback } from './isLoopback';
import { readRoutes } from './readRoutes';
import { shareAnswers } from './shareAnswers';
import { urlOf } from './urlOf';

export interface RunningApi {
  readonly url: string;
  /** Takes no more requests, ends streams, answers what is under way. */
  close(): Promise<void>;
}

/**
 * Serves the HTTP API.
 * @throws ConfigError CONFIG_INVALID; TransientError LEDGER_UNAVAILABLE
 */
export async function startApi(config: Config, env: Environment, log: Logger): Promise<RunningApi> {
  const { host, port, requestTimeoutMs } = config.api;
  const databaseUrl = databaseUrlOf(config, env);
  const ledger = createApiLedger({
    databaseUrl,
    statementTimeoutMs: requestTimeoutMs,
    connectTimeoutMs: requestTimeoutMs,
  });
  const dataConverter = dataConverterOf(config);
  const { connectionOptions, namespace } = temporalTarget(config, env);
  const closers = [() => ledger.close()];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    await requireTokens(ledger, host);
    // Connected when it is first asked: what the ledger can answer is served while Temporal is away.
    const connection = Connection.lazy(connectionOptions);
    const underWay = createUnderWay();
    closers.push(async () => {
      await underWay.ended();
      await connection.close();
    });
    const client = new Client({ connection, namespace, dataConverter });
    const chains = config.chains.map(createChain);
    const tail = createEventTail(ledger, log);
    closers.push(() => tail.close());
    const streams = createStreams(tail, ledger, config.api, log);
    const { taskQueue } = config.temporal;
    const webhooks = startWebhooks({ ledger, client, taskQueue, log });
    closers.push(() => webhooks.close());
    const shared = { client: { client, config, chains, ledger }, ledger };
    const app = await createApi({
      ...shared,
      tail,
      streams,
      routeInfos: shareAnswers(() => readRoutes(shared), routesFreshForMs),
      supply: createSupply(shared),
      progress: createProgress(shared),
      underWay,
      intake: createIntake(shared),
      submissions: createRateMeter(),
      log,
    });
    app.addHook('preClose', () => streams.close());
    closers.push(async () => {
      // Whoever does not read what is written to it cannot keep the server from ending.
      const last = setTimeout(() => app.server.closeAllConnections(), requestTimeoutMs);
      await app.close();
      clearTimeout(last);
    });
    await app.listen({ host, port });
    return { url: urlOf(app.server.address() as AddressInfo), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Limits move with every settlement; who signs an order looks again anyway. */
const routesFreshForMs = 2_000;

/** An API that everybody can reach and nobody can use is a mistake: somebody forgot a step. */
async function requireTokens(ledger: { hasTokens(): Promise<boolean> }, host: string): Promise<void> {
  if (await ledger.hasTokens()) return;
  if (isLoopback(host)) return;
  throw new ConfigError(
    'CONFIG_INVALID',
    `config: api.host: ${host} is open to others, and there is no token yet; 'settle token create' makes one`,
  );
}
