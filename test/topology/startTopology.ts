import { execFile, type ExecFileException } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { omit } from 'es-toolkit/object';
import { Client } from 'pg';
import { inheritedEnvironment, loadConfig, readEnvironment, type Config } from '../../src/config';
import { startAnvil } from '../../src/local/anvil';
import { deployChainPair, type DeployedChain, type Deployment } from '../../src/local/deploy';
import { laneKeyNames } from '../../src/local/devAccounts';
import { findTemporalServer } from '../../src/local/findTemporalServer';
import { freePort } from '../../src/local/freePort';
import { localConfig } from '../../src/local/localConfig';
import { projectRoot } from '../../src/local/projectRoot';
import { startGuard, type Guard, type GuardedProcess } from '../../src/local/startGuard';
import { startPostgres, type Postgres } from '../../src/local/startPostgres';
import { tailOf } from '../../src/local/tailOf';
import { createTraceReceiver, type TraceReceiver } from '../support/createTraceReceiver';
import { buildProductionServer } from './buildProductionServer';
import { readComposeFile, type ComposeFile } from './composeFile';

/** What docker-compose.yml describes, running on this machine: its programs, jobs, health checks, roles and secrets. */
export interface Topology {
  readonly folder: string;
  readonly config: Config;
  readonly chains: readonly DeployedChain[];
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly apiUrl: string;
  readonly codecUrl: string;
  readonly uiOrigin: string;
  /** Databases, by their superusers: for looking. */
  readonly temporalDatabases: readonly string[];
  readonly ledgerDatabase: string;
  /** As a login of the compose file, whose password stands in its file. */
  ledgerAs(login: string): string;
  readonly traces: TraceReceiver;
  readonly processes: ReadonlyMap<string, GuardedProcess>;
  /** Of each worker, where Prometheus asks it. */
  readonly metricsUrls: ReadonlyMap<string, string>;
  /** Runs a job's command again. */
  runJob(name: string): Promise<string>;
  /** Its exit code, and what it said. */
  checkHealth(name: string): Promise<{ readonly code: number; readonly said: string }>;
  /** Resolves when the health check says so. */
  healthy(name: string): Promise<void>;
  startTemporal(): Promise<void>;
  startWorker(name: string): Promise<void>;
  /** The `settle` command, as in a worker's container. */
  settle(...args: readonly string[]): Promise<string>;
  logOf(name: string): string;
  close(): Promise<void>;
}

const healthyWithinMs = 90_000;
const uiOrigin = 'http://127.0.0.1:8080';

export async function startTopology(): Promise<Topology> {
  const compose = readComposeFile();
  const version = /:(\d+\.\d+\.\d+)$/.exec(compose.service('temporal').image ?? '')?.[1] ?? '';
  const server = await buildProductionServer(version);
  const folder = mkdtempSync(join(tmpdir(), 'settlement-topology-'));
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const guard = await startGuard();
    closers.push(() => guard.close());
    const traces = await createTraceReceiver();
    closers.push(() => traces.close());
    const postgresOf = async (name: string): Promise<Postgres> => {
      const logFile = join(folder, `${name}.log`);
      // A guard of its own: what uses it is stopped first.
      const postgres = await startPostgres({ folder: join(folder, name), temporary: true, logFile });
      closers.splice(1, 0, () => postgres.stop());
      return postgres;
    };
    const [temporalDb, ledger] = [await postgresOf('temporal-db'), await postgresOf('ledger-db')];
    const anvils = await Promise.all([
      startAnvil({ name: 'alder', chainId: 31337, guard }),
      startAnvil({ name: 'birch', chainId: 31338, guard }),
    ]);
    const deployment = await deployChainPair(anvils);
    const bench = await layOut({ compose, folder, server, temporalDb, ledger, deployment, traces });
    return await bringUp(bench, guard, close);
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts {
  readonly compose: ComposeFile;
  readonly folder: string;
  readonly server: { readonly binFolder: string; readonly sources: string };
  readonly temporalDb: Postgres;
  readonly ledger: Postgres;
  readonly deployment: Deployment;
  readonly traces: TraceReceiver;
}

type Layout = Awaited<ReturnType<typeof layOut>>;

/** Files and names where the compose file has mounts and hosts. */
async function layOut(parts: Parts) {
  const { compose, folder, server, temporalDb, ledger, deployment, traces } = parts;
  const secrets = join(folder, 'secrets');
  const bin = join(folder, 'bin');
  const etc = join(folder, 'etc');
  for (const one of [secrets, bin, etc, join(folder, 'tmp')]) mkdirSync(one, { mode: 0o700 });
  const passwords = new Map<string, string>();
  const passwordNames = ['temporal-db', 'ledger-admin', 'ledger-owner', 'ledger-worker', 'ledger-api'];
  for (const name of passwordNames) {
    passwords.set(name, randomBytes(24).toString('hex'));
    writeFileSync(join(secrets, `${name}-password`), `${passwords.get(name)}\n`);
  }
  // What the images' POSTGRES_USER and POSTGRES_DB make.
  const superuser = (name: string, password = '') => `create role ${name} superuser login password '${password}'`;
  await ask(temporalDb.url, superuser('temporal', passwords.get('temporal-db')));
  await ask(ledger.url, superuser('postgres', passwords.get('ledger-admin')));
  await ask(ledger.url, 'alter database settlement owner to postgres');

  for (const name of ['temporal-server', 'temporal-sql-tool'])
    symlinkSync(join(server.binFolder, name), join(bin, name));
  const { path, cacheDir } = readEnvironment();
  const cli = await findTemporalServer({ path, cacheDir, say: (line) => console.error(line) });
  symlinkSync(cli.binary, join(bin, 'temporal'));
  // The image renders its template by dockerize, which no module proxy has. The server's own one, which it renders by itself, takes
  // the same variables.
  const template = join(server.sources, 'config', 'docker.yaml');
  writeFileSync(join(bin, 'dockerize'), `#!/bin/sh\ncp ${template} "\${2#*:}" && chmod u+w "\${2#*:}"\n`);
  chmodSync(join(bin, 'dockerize'), 0o755);
  symlinkSync(join(server.sources, 'schema'), join(etc, 'schema'));

  const ports = { temporal: await lowPort(), api: await freePort(), codec: await freePort() };
  const ledgerAs = (login: string): string => {
    const url = new URL(ledger.url);
    url.username = login;
    url.password = passwords.get(login.replace('_', '-')) ?? '';
    return url.href;
  };
  writeSecrets({ secrets, deployment, traces, ports, ledgerAs });
  const env = {
    TEMPORAL_NAMESPACE: 'settlement',
    TEMPORAL_RETENTION: '72h',
    LOG_LEVEL: 'info',
    CODEC_PORT: `${ports.codec}`,
  };
  const address = `127.0.0.1:${ports.temporal}`;
  const ledgerPort = new URL(ledger.url).port;
  const databasePort = new URL(temporalDb.url).port;
  /** Hosts, ports and folders of the containers, as they are here. Everything else stays as the file has it. */
  const here: readonly (readonly [string | RegExp, string])[] = [
    // First: what the others put in its place may well lie in /tmp.
    [/(?<![\w./-])\/tmp\b/g, join(folder, 'tmp')],
    ['--ep temporal-db -p 5432', `--ep 127.0.0.1 -p ${databasePort}`],
    ['--host ledger ', `--host 127.0.0.1 --port ${ledgerPort} `],
    ['@ledger/', `@127.0.0.1:${ledgerPort}/`],
    ['127.0.0.1:7233', address],
    ['temporal:7233', address],
    ['http://127.0.0.1:8080', `http://127.0.0.1:${ports.api}`],
    ['http://127.0.0.1:8090', `http://127.0.0.1:${ports.codec}`],
    ['/run/secrets', secrets],
    ['/etc/temporal/config', etc],
    ['/etc/temporal', etc],
  ];
  const translate = (text: string): string => {
    let translated = text;
    for (const [from, to] of here) translated = translated.replaceAll(from, to);
    return translated;
  };
  // A shell that works on a local stack names its own.
  const inherited = omit(inheritedEnvironment(), ['SETTLEMENT_CONFIG', 'DATABASE_URL', 'METRICS_ADDRESS']);
  return {
    ...parts,
    ports,
    address,
    databasePort,
    ledgerAs,
    namespace: env.TEMPORAL_NAMESPACE,
    translate,
    environmentOf: (name: string): Record<string, string> => {
      const own = Object.entries(compose.environmentOf(name, env)).map(([key, value]) => [key, translate(value)]);
      return { ...inherited, ...Object.fromEntries(own), PATH: `${bin}:${path}` } as Record<string, string>;
    },
  };
}

interface SecretParts {
  readonly secrets: string;
  readonly deployment: Deployment;
  readonly traces: TraceReceiver;
  readonly ports: Readonly<Record<string, number>>;
  readonly ledgerAs: (login: string) => string;
}

/** Keys and configurations as .env.example tells to write them. */
function writeSecrets({ secrets, deployment, traces, ports, ledgerAs }: SecretParts): void {
  const write = (name: string, text: string): void => writeFileSync(join(secrets, name), text);
  const two = [1, 2] as const;
  for (const chain of two) {
    for (const role of ['settler', 'refunder'] as const) {
      for (const index of two) {
        write(`chain${chain}-${role}${index}-key`, deployment.keys[laneKeyNames[role][index - 1] as 'settler']);
      }
    }
  }
  write('seal-key', randomBytes(32).toString('hex'));
  write('payload-key', randomBytes(32).toString('hex'));
  const local = localConfig(deployment, {
    temporal: { address: 'nowhere:1', namespace: 'nowhere' }, // the environment says where
    databaseUrl: ledgerAs('ledger_worker'),
    finality: { kind: 'confirmations', confirmations: 1 },
    mintWindowMs: 120_000,
    pollIntervalMs: 50,
    keysFolder: '.',
  });
  const payloads = { keyFiles: [{ id: '2026-01', file: 'payload-key' }] };
  const tracing = { otlpUrl: traces.url };
  const chains = local.chains.map((chain, at) => {
    const keys = (role: string) => two.map((index) => ({ file: `chain${at + 1}-${role}${index}-key` }));
    return { ...chain, settlerKeys: keys('settler'), refunderKeys: keys('refunder'), reverserKeys: [] };
  });
  const keyless = chains.map((chain) => ({ ...chain, settlerKeys: [], refunderKeys: [] }));
  write(
    'settlement-config',
    JSON.stringify({ ledger: local.ledger, seals: { keyFile: 'seal-key' }, payloads, tracing, chains }),
  );
  write(
    'api-config',
    JSON.stringify({
      ledger: { databaseUrl: ledgerAs('ledger_api') },
      api: { port: ports.api, trustedProxies: ['172.16.0.0/12'] },
      payloads,
      tracing,
      chains: keyless,
    }),
  );
  write('codec-config', JSON.stringify({ payloads, codec: { port: ports.codec, origins: [uiOrigin] } }));
}

async function bringUp(layout: Layout, guard: Guard, close: () => Promise<void>): Promise<Topology> {
  const { compose, folder, translate, environmentOf, ports, databasePort } = layout;
  const processes = new Map<string, GuardedProcess>();
  const metricsUrls = new Map<string, string>();
  const logFile = (name: string): string => join(folder, `${name}.log`);

  function run(words: readonly string[], env: Record<string, string>): Promise<{ code: number; said: string }> {
    const [command = '', ...args] = words.map(translate);
    return new Promise((resolve) => {
      execFile(
        command,
        args,
        { cwd: projectRoot(), env, timeout: 120_000 },
        (error: ExecFileException | null, out, err) =>
          resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, said: `${out}${err}` }),
      );
    });
  }

  async function runJob(name: string): Promise<string> {
    const { code, said } = await run(compose.commandOf(name), environmentOf(name));
    if (code !== 0) throw new Error(`${name} ended with ${code}:\n${said}`);
    return said;
  }

  const checkHealth = (name: string) => run(compose.healthCheckOf(name), environmentOf(name));

  async function healthy(name: string): Promise<void> {
    const deadline = Date.now() + healthyWithinMs;
    for (;;) {
      const { code, said } = await checkHealth(name);
      if (code === 0) return;
      const ended = processes.get(name)?.hasEnded() ?? false;
      // As compose does: it asks again and again, there is no event.
      if (ended || Date.now() > deadline) throw new Error(`${name} is not healthy: ${said}\n${tailOf(logFile(name))}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function start(
    service: string,
    name: string,
    words: readonly string[],
    env: Record<string, string>,
  ): Promise<void> {
    const [command = '', ...args] = words.map(translate);
    const process = await guard.start({
      name,
      command,
      args,
      cwd: projectRoot(),
      env: { ...environmentOf(service), ...env },
      logFile: logFile(name),
      graceMs: 30_000,
      phase: service === 'temporal' ? 0 : 1,
    });
    processes.set(name, process);
  }

  const temporalPorts = {
    ...Object.fromEntries((await temporalPortNames()).map(([name, port]) => [name, String(port)])),
    FRONTEND_GRPC_PORT: String(ports.temporal),
  };
  async function startTemporal(): Promise<void> {
    // One machine has one of each port, and nobody else's business is a test's server.
    const env = {
      ...temporalPorts,
      ...{ POSTGRES_SEEDS: '127.0.0.1', DB_PORT: databasePort, VISIBILITY_DB_PORT: databasePort },
      BIND_ON_IP: '127.0.0.1',
    };
    await start('temporal', 'temporal', compose.commandOf('temporal'), env);
    await healthy('temporal');
  }

  // The image's own: compose names none for a worker.
  const dockerfile = readFileSync(join(projectRoot(), 'Dockerfile'), 'utf8');
  const imageCommand = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  async function startWorker(name: string): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    metricsUrls.set(name, `http://${address}/metrics`);
    await start('worker', name, imageCommand, { METRICS_ADDRESS: address });
  }

  await Promise.all([
    runJob('temporal-schema')
      .then(startTemporal)
      .then(() => runJob('temporal-setup')),
    runJob('ledger-roles').then(() => runJob('ledger-schema')),
  ]);
  const configPath = join(folder, 'secrets', 'settlement-config');
  const replicas = compose.service('worker').deploy?.replicas ?? 0;
  for (let index = 1; index <= replicas; index++) await startWorker(`worker-${index}`);
  await start('api', 'api', compose.commandOf('api'), {});
  await start('codec', 'codec', compose.commandOf('codec'), {});
  await Promise.all(['worker', 'api', 'codec'].map(healthy));

  return {
    folder,
    config: loadConfig(configPath),
    chains: layout.deployment.chains,
    temporalAddress: layout.address,
    namespace: layout.namespace,
    apiUrl: `http://127.0.0.1:${ports.api}`,
    codecUrl: `http://127.0.0.1:${ports.codec}`,
    uiOrigin,
    temporalDatabases: ['temporal', 'temporal_visibility'].map((name) => withDatabase(layout.temporalDb.url, name)),
    ledgerDatabase: layout.ledger.url,
    ledgerAs: layout.ledgerAs,
    traces: layout.traces,
    processes,
    metricsUrls,
    runJob,
    checkHealth,
    healthy,
    startTemporal,
    startWorker,
    async settle(...args) {
      const { code, said } = await run(['node', 'dist/cli/main.js', ...args], environmentOf('worker'));
      if (code !== 0) throw new Error(`settle ${args.join(' ')} ended with ${code}:\n${said}`);
      return said;
    },
    logOf: (name) => tailOf(logFile(name), 40),
    close,
  };
}

/** Temporal keeps its members' ports in Postgres as smallint: what a system gives out by itself is mostly too high. */
async function lowPort(): Promise<number> {
  for (;;) {
    const wanted = randomInt(20_000, 32_768);
    if ((await freePort(wanted)) === wanted) return wanted;
  }
}

/** Every port that the server takes besides its frontend's. */
async function temporalPortNames(): Promise<readonly (readonly [string, number])[]> {
  const names = ['FRONTEND', 'MATCHING', 'HISTORY', 'WORKER'].flatMap((name) => [
    `${name}_GRPC_PORT`,
    `${name}_MEMBERSHIP_PORT`,
  ]);
  return Promise.all([...names, 'FRONTEND_HTTP_PORT'].map(async (name) => [name, await lowPort()] as const));
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
