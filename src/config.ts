import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Hex } from 'viem';
import type { z } from 'zod';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { codecConfigSchema, configSchema, type ChainConfig, type CodecConfig, type Config } from './configSchema';
import { ConfigError } from './domain/errors';

export type {
  ApiConfig,
  ChainConfig,
  CodecConfig,
  Config,
  FinalityPolicy,
  KeyConfig,
  PayloadsConfig,
  TokenConfig,
} from './configSchema';

/** Everything this program takes from its environment, read here and nowhere else. */
export interface Environment {
  readonly configPath: string;
  readonly logLevel: string;
  readonly noColor: boolean;
  /** TERM is "dumb": nothing may be drawn over. */
  readonly dumbTerminal: boolean;
  readonly cacheDir: string;
  /** True when the environment names a Temporal server itself (address or envconfig profile); it then wins over the file. */
  readonly namesTemporal: boolean;
  readonly temporalAddress: string | undefined;
  /** The ledger's database: for a local stack instead of its own, for a worker when its configuration names none. */
  readonly databaseUrl: string | undefined;
  /** Where this process answers Prometheus, host:port, whatever the configuration says. */
  readonly metricsAddress: string | undefined;
  /** Which build a worker is of, whatever the configuration says. */
  readonly workerBuildId: string | undefined;
  readonly path: string;
}

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  // An empty variable is an unset one: compose files and CI hand them on like that.
  const given = (name: string): string | undefined => env[name] || undefined;
  return Object.freeze({
    configPath: given('SETTLEMENT_CONFIG') ?? '.settlement/config.json',
    logLevel: given('LOG_LEVEL') ?? 'info',
    noColor: given('NO_COLOR') !== undefined,
    dumbTerminal: given('TERM') === 'dumb',
    cacheDir: resolve(given('XDG_CACHE_HOME') ?? `${given('HOME') ?? '.'}/.cache`, 'cross-chain-settlement'),
    namesTemporal: ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
      (name) => given(name) !== undefined,
    ),
    temporalAddress: given('TEMPORAL_ADDRESS'),
    databaseUrl: given('DATABASE_URL'),
    metricsAddress: given('METRICS_ADDRESS'),
    workerBuildId: given('WORKER_BUILD_ID'),
    path: env.PATH ?? '',
  });
}

/** The whole of it, for a child process to start from. */
export function inheritedEnvironment(): Readonly<NodeJS.ProcessEnv> {
  return process.env;
}

/**
 * The configuration file, checked and frozen. Relative key paths are taken from the file's own folder.
 * @throws ConfigError CONFIG_INVALID that names the field
 */
export function loadConfig(path: string): Config {
  return parseConfig(readJson(path), dirname(resolve(path)));
}

/** @throws ConfigError CONFIG_INVALID that names the field; values are not repeated, they may be secrets */
export function parseConfig(json: unknown, baseDir: string): Config {
  const data = parseWith(configSchema, json);
  const { seals, alerts } = data;
  if (seals) seals.keyFile = resolve(baseDir, seals.keyFile);
  if (alerts) alerts.routingKeyFile = resolve(baseDir, alerts.routingKeyFile);
  resolvePayloadFiles(data, baseDir);
  const seen = new Map<number | string, number>();
  data.chains.forEach((chain, index) => {
    for (const key of [chain.name, chain.chainId]) {
      if (seen.has(key)) throw new ConfigError('CONFIG_INVALID', `config: chains.${index}: ${key} is there twice`);
      seen.set(key, index);
    }
    if ((chain.rpcUrl === undefined) === (chain.rpcUrls === undefined)) {
      throw new ConfigError('CONFIG_INVALID', `config: chains.${index}.rpcUrl: give either rpcUrl or rpcUrls`);
    }
    checkQuorum(chain, index);
    for (const key of [...chain.settlerKeys, ...chain.refunderKeys, ...chain.reverserKeys]) {
      key.file = resolve(baseDir, key.file);
      if (key.passwordFile !== undefined) key.passwordFile = resolve(baseDir, key.passwordFile);
    }
  });
  return deepFreeze(data);
}

/**
 * The codec server's configuration: of its own, or a whole one, of which it takes its parts.
 * @throws ConfigError CONFIG_INVALID that names the field
 */
export function loadCodecConfig(path: string): CodecConfig {
  const data = parseWith(codecConfigSchema, readJson(path));
  resolvePayloadFiles(data, dirname(resolve(path)));
  return deepFreeze(data);
}

function parseWith<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigError('CONFIG_INVALID', `config: ${issue?.path.join('.') || '(top level)'}: ${issue?.message}`);
}

function resolvePayloadFiles({ payloads, codec }: Partial<CodecConfig>, baseDir: string): void {
  if (codec?.tokenFile !== undefined) codec.tokenFile = resolve(baseDir, codec.tokenFile);
  const ids = new Set<string>();
  payloads?.keyFiles.forEach((key, index) => {
    if (ids.has(key.id))
      throw new ConfigError('CONFIG_INVALID', `config: payloads.keyFiles.${index}.id: is there twice`);
    ids.add(key.id);
    key.file = resolve(baseDir, key.file);
  });
}

/** Of two groups of endpoints that say different things only one may ever be a quorum. */
function checkQuorum({ quorum, rpcUrls }: ChainConfig, index: number): void {
  const endpoints = rpcUrls?.length ?? 1;
  const field = `config: chains.${index}.quorum`;
  if (quorum > endpoints) {
    throw new ConfigError('CONFIG_INVALID', `${field}: ${quorum} cannot agree, there are ${endpoints} endpoints`);
  }
  if (quorum > 1 && 2 * quorum <= endpoints) {
    throw new ConfigError('CONFIG_INVALID', `${field}: more than half of the ${endpoints} endpoints must agree, or 1`);
  }
  // The same node twice would vote twice.
  if (quorum > 1 && new Set(rpcUrls).size < endpoints) {
    throw new ConfigError('CONFIG_INVALID', `config: chains.${index}.rpcUrls: an endpoint is there twice`);
  }
}

/** @throws ConfigError CONFIG_INVALID that names the field and never shows what the file holds */
export function loadKey(file: string, field: string): PrivateKeyAccount {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    // A key pasted where its file's path belongs must not be shown either.
    const why = /[0-9a-f]{60}/i.test(basename(file))
      ? 'looks like a key; name a file that holds it'
      : `cannot read ${file}`;
    throw new ConfigError('CONFIG_INVALID', `config: ${field}: ${why}`);
  }
  try {
    if (/^0x[0-9a-fA-F]{64}$/.test(text)) return privateKeyToAccount(text as Hex);
  } catch {
    // Zero or beyond the curve's order; the library's message shows the number.
  }
  throw new ConfigError(
    'CONFIG_INVALID',
    `config: ${field}: ${file} does not hold a private key (0x and 64 hex digits)`,
  );
}

/**
 * The ledger's database: the configuration's, else the environment's DATABASE_URL. It holds a password: not for a log.
 * @throws ConfigError CONFIG_INVALID
 */
export function databaseUrlOf(config: Config, env: Environment): string {
  const databaseUrl = config.ledger?.databaseUrl ?? env.databaseUrl;
  if (databaseUrl !== undefined) return databaseUrl;
  throw new ConfigError('CONFIG_INVALID', 'config: ledger.databaseUrl is missing, and DATABASE_URL is not set');
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(
      'CONFIG_INVALID',
      `config: cannot read ${path}; is the stack up (npm start), or SETTLEMENT_CONFIG set?`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError('CONFIG_INVALID', `config: ${path} is not JSON`);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
