import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { privateKeyToAddress } from 'viem/accounts';
import { loadConfig, loadKey, parseConfig, readEnvironment } from '../../src/config';
import { ConfigError } from '../../src/domain/errors';

/** Planted wherever a secret could end up by mistake; no message may ever show it. */
const canary = 'canary5ecret';
const canaryKey = `0x${'ca'.repeat(32)}` as const;

const gateway = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const alder = {
  name: 'alder',
  chainId: 31_337,
  rpcUrl: 'http://127.0.0.1:8545',
  gateway,
  tokens: [{ symbol: 'DEMO', address: gateway, decimals: 6 }],
  finality: { kind: 'finalized' },
};
const birch = { ...alder, name: 'birch', chainId: 31_338 };

const havingChain = (fields: object): unknown => ({ chains: [{ ...alder, ...fields }, birch] });
const havingToken = (fields: object): unknown => havingChain({ tokens: [{ ...alder.tokens[0], ...fields }] });

function refusalOf(act: () => unknown): ConfigError {
  try {
    act();
  } catch (error) {
    // Not every Error will do: only a ConfigError is shown with its next step and ends a process with 78.
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('it was accepted');
}

describe('a configuration', () => {
  it('needs two chains and no more than their facts; the rest has defaults', () => {
    const config = parseConfig({ chains: [alder, birch] }, '/base');
    expect(config.temporal).toEqual({ address: 'localhost:7233', namespace: 'default', taskQueue: 'settlements' });
    expect(config.order).toEqual({ minValidityMs: 60_000, maxValidityMs: 2_592_000_000 });
    expect(config.chains[0]).toEqual({
      ...alder,
      gatewayDeployedAtBlock: 0,
      maxConcurrentRequests: 16,
      quorum: 1,
      mintWindowMs: 3_600_000,
      pollIntervalMs: 1_000,
      rpcTimeoutMs: 10_000,
      undoAlarmMs: 300_000,
      monotonicTimestamps: true,
      settlerKeys: [],
      refunderKeys: [],
      reverserKeys: [],
    });
  });

  it('gives every address its checksum: what the chain answers is compared with it', () => {
    const lower = gateway.toLowerCase();
    const config = parseConfig(havingChain({ gateway: lower, tokens: [{ ...alder.tokens[0], address: lower }] }), '/');
    expect(config.chains[0]?.gateway).toBe(gateway);
    expect(config.chains[0]?.tokens[0]?.address).toBe(gateway);
  });

  it('reads amounts as bigint', () => {
    const config = parseConfig(havingChain({ maxAmountBaseUnits: '123456789012345678901234567890' }), '/base');
    expect(config.chains[0]?.maxAmountBaseUnits).toBe(123456789012345678901234567890n);
  });

  it('is frozen to its last leaf', () => {
    const config = parseConfig({ chains: [alder, birch] }, '/base');
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value as Record<string, unknown>).every(frozen));
    expect(frozen(config)).toBe(true);
    expect(() => Object.assign(config.chains[0] as object, { rpcUrl: 'http://elsewhere' })).toThrow(TypeError);
  });

  it('leaves what it was given as it was', () => {
    const given = { chains: [{ ...alder, settlerKeys: [{ file: 'settler.key' }] }, { ...birch }] };
    parseConfig(given, '/base');
    expect(given).toEqual({ chains: [{ ...alder, settlerKeys: [{ file: 'settler.key' }] }, birch] });
    expect(Object.isFrozen(given.chains[0])).toBe(false);
  });

  it('takes relative key files from its own folder and leaves absolute ones', () => {
    const files = {
      settlerKeys: [{ file: 'keys/settler' }, { file: 'keys/second' }],
      refunderKeys: [{ file: '../refunder' }],
      reverserKeys: [{ file: '/safe/reverser' }],
    };
    const [chain, other] = parseConfig(havingChain(files), '/etc/settlement').chains;
    expect(chain).toMatchObject({
      settlerKeys: [{ file: '/etc/settlement/keys/settler' }, { file: '/etc/settlement/keys/second' }],
      refunderKeys: [{ file: '/etc/refunder' }],
      reverserKeys: [{ file: '/safe/reverser' }],
    });
    expect(other).toMatchObject({ settlerKeys: [], refunderKeys: [], reverserKeys: [] });
  });

  it.each([
    [{ kind: 'finalized' }, true],
    [{ kind: 'confirmations', confirmations: 1 }, true],
    [{ kind: 'confirmations', confirmations: 10_000 }, true],
    [{ kind: 'confirmations', confirmations: 0 }, false],
    [{ kind: 'confirmations', confirmations: 1.5 }, false],
    [{ kind: 'confirmations' }, false],
    [{ kind: 'finalized', confirmations: 3 }, false],
    [{ kind: 'safe' }, false],
    [{ kind: 'latest' }, false],
    ['finalized', false],
  ])('has a finality policy that holds: %j -> %s', (finality, good) => {
    if (good) expect(parseConfig(havingChain({ finality }), '/').chains[0]?.finality).toEqual(finality);
    else expect(refusalOf(() => parseConfig(havingChain({ finality }), '/')).message).toContain('chains.0.finality');
  });
});

describe('the quorum of a chain', () => {
  it.each([
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [8, 5],
  ])('of %i endpoints may be %i', (endpoints, quorum) => {
    expect(parseConfig(havingNodes(endpoints, { quorum }), '/').chains[0]?.quorum).toBe(quorum);
  });
});

function havingNodes(count: number, facts: Record<string, unknown>): unknown {
  const rpcUrls = Array.from({ length: count }, (_, index) => `https://node${index}`);
  return havingChain({ rpcUrl: undefined, rpcUrls, ...facts });
}

const bad: readonly [field: string, json: unknown][] = [
  ['(top level)', undefined],
  ['(top level)', null],
  ['(top level)', canary],
  ['(top level)', [canary]],
  ['databasePassword', { chains: [alder, birch], databasePassword: canary }],
  ['chains', {}],
  ['chains', { chains: canary }],
  ['chains', { chains: [alder] }],
  ['chains.1', { chains: [alder, canary] }],
  ['temporal', { chains: [alder, birch], temporal: canary }],
  ['apiKey', { chains: [alder, birch], temporal: { apiKey: canary } }],
  ['temporal.address', { chains: [alder, birch], temporal: { address: [canary] } }],
  ['temporal.namespace', { chains: [alder, birch], temporal: { namespace: { canary } } }],
  ['temporal.taskQueue', { chains: [alder, birch], temporal: { taskQueue: 1 } }],
  ['order.minValidityMs', { chains: [alder, birch], order: { minValidityMs: -1 } }],
  ['order.maxValidityMs', { chains: [alder, birch], order: { maxValidityMs: canary } }],
  ['order.maxValidityMs', { chains: [alder, birch], order: { maxValidityMs: 0 } }],
  ['settlerKey', havingChain({ settlerKey: canaryKey })],
  ['__proto__', { chains: [JSON.parse(`{"__proto__":{"a":"${canary}"},${JSON.stringify(alder).slice(1)}`), birch] }],
  ['chains.0.name', havingChain({ name: undefined })],
  ['chains.0.name', havingChain({ name: '' })],
  ['chains.0.name', havingChain({ name: `Bad ${canary}` })],
  ['chains.0.name', havingChain({ name: canaryKey })],
  ['chains.0.name', havingChain({ name: 'alder\n' })],
  ['chains.0.chainId', havingChain({ chainId: canary })],
  ['chains.0.chainId', havingChain({ chainId: 0 })],
  ['chains.0.chainId', havingChain({ chainId: 1.5 })],
  ['chains.0.chainId', havingChain({ chainId: 2 ** 53 })],
  ['chains.0.rpcUrl', havingChain({ rpcUrl: canary })],
  ['chains.0.rpcUrl', havingChain({ rpcUrl: `ftp://user:${canary}@node` })],
  ['chains.0.rpcUrl', havingChain({ rpcUrl: `https://user:${canary}@no de` })],
  ['chains.0.rpcUrl', havingChain({ rpcUrl: undefined })],
  ['chains.0.rpcUrl', havingChain({ rpcUrls: ['https://node'] })],
  ['chains.0.rpcUrls', havingChain({ rpcUrl: undefined, rpcUrls: [] })],
  ['chains.0.rpcUrls.1', havingChain({ rpcUrl: undefined, rpcUrls: ['https://node', `ftp://${canary}@node`] })],
  ['chains.0.rpcUrls', havingChain({ rpcUrl: undefined, rpcUrls: Array.from({ length: 9 }, () => 'https://node') })],
  ['chains.0.quorum', havingChain({ quorum: 0 })],
  ['chains.0.quorum', havingChain({ quorum: 1.5 })],
  ['chains.0.quorum', havingChain({ quorum: canary })],
  ['chains.0.quorum', havingChain({ quorum: 2 })],
  ['chains.0.quorum', havingNodes(3, { quorum: 4 })],
  ['chains.0.quorum', havingNodes(4, { quorum: 2 })],
  ['chains.0.rpcUrls', havingNodes(2, { quorum: 2, rpcUrls: ['https://node/a', 'https://node/a'] })],
  ['chains.0.maxConcurrentRequests', havingChain({ maxConcurrentRequests: 0 })],
  ['chains.0.gateway', havingChain({ gateway: canary })],
  ['chains.0.gateway', havingChain({ gateway: canaryKey })],
  ['chains.0.gateway', havingChain({ gateway: gateway.replace('5aA', '5AA') })],
  ['chains.0.gatewayDeployedAtBlock', havingChain({ gatewayDeployedAtBlock: -1 })],
  ['chains.0.tokens', havingChain({ tokens: [] })],
  ['chains.0.tokens.0', havingChain({ tokens: [canary] })],
  ['chains.0.tokens.0.symbol', havingToken({ symbol: '' })],
  ['chains.0.tokens.0.symbol', havingToken({ symbol: `${canary}${canary}` })],
  ['chains.0.tokens.0.address', havingToken({ address: canary })],
  ['chains.0.tokens.0.decimals', havingToken({ decimals: 37 })],
  ['chains.0.tokens.0.decimals', havingToken({ decimals: canary })],
  ['chains.0.finality', havingChain({ finality: canary })],
  ['chains.0.finality', havingChain({ finality: undefined })],
  ['chains.0.finality.kind', havingChain({ finality: { kind: canary } })],
  ['chains.0.mintWindowMs', havingChain({ mintWindowMs: 999 })],
  ['chains.0.pollIntervalMs', havingChain({ pollIntervalMs: 0 })],
  ['chains.0.rpcTimeoutMs', havingChain({ rpcTimeoutMs: canary })],
  ['chains.0.undoAlarmMs', havingChain({ undoAlarmMs: null })],
  ['chains.0.monotonicTimestamps', havingChain({ monotonicTimestamps: canary })],
  ['chains.0.maxAmountBaseUnits', havingChain({ maxAmountBaseUnits: canary })],
  ['chains.0.maxAmountBaseUnits', havingChain({ maxAmountBaseUnits: 1_000 })],
  ['chains.0.maxAmountBaseUnits', havingChain({ maxAmountBaseUnits: '0' })],
  ['chains.0.maxAmountBaseUnits', havingChain({ maxAmountBaseUnits: '1e18' })],
  ['chains.0.settlerKeys.0', havingChain({ settlerKeys: [{ file: 'f', key: canaryKey }] })],
  ['chains.0.refunderKeys.0', havingChain({ refunderKeys: [canaryKey] })],
  ['chains.0.reverserKeys', havingChain({ reverserKeys: 5 })],
  ['chains.1: alder', { chains: [alder, { ...birch, name: 'alder' }] }],
  ['chains.1: 31337', { chains: [alder, { ...birch, chainId: 31_337 }] }],
  ['chains.2: birch', { chains: [alder, birch, { ...birch, chainId: 5 }] }],
];

describe('a bad configuration', () => {
  it.each(bad)('is refused naming %s (%#)', (field, json) => {
    const refusal = refusalOf(() => parseConfig(json, '/base'));
    expect(refusal.code).toBe('CONFIG_INVALID');
    expect(refusal.message).toMatch(/^config: /);
    expect(refusal.message).toContain(field);
  });

  it.each(bad)('is refused without a value of it: %s (%#)', (_, json) => {
    const refusal = refusalOf(() => parseConfig(json, '/base'));
    const shown = [refusal.message, refusal.stack, JSON.stringify(refusal), String(refusal.cause)].join('\n');
    expect(shown).not.toContain(canary);
    expect(shown.toLowerCase()).not.toContain('ca'.repeat(8));
  });
});

describe('files', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };

  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'settlement-config-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('loadConfig', () => {
    it('reads the file, and key files from beside it', () => {
      mkdirSync(at('etc'), { recursive: true });
      const file = write('etc/config.json', JSON.stringify(havingChain({ settlerKeys: [{ file: 'settler.key' }] })));
      expect(loadConfig(file).chains[0]?.settlerKeys[0]?.file).toBe(at('etc/settler.key'));
    });

    it('takes a relative path of its own from the working folder', () => {
      const file = write('here.json', JSON.stringify(havingChain({ settlerKeys: [{ file: 'settler.key' }] })));
      const before = process.cwd();
      try {
        process.chdir(folder);
        expect(loadConfig('here.json').chains[0]?.settlerKeys[0]?.file).toBe(resolve(process.cwd(), 'settler.key'));
      } finally {
        process.chdir(before);
      }
      expect(loadConfig(file).chains[0]?.settlerKeys[0]?.file).toBe(at('settler.key'));
    });

    it('says which file it misses and what to do', () => {
      const refusal = refusalOf(() => loadConfig(at('none.json')));
      expect(refusal.code).toBe('CONFIG_INVALID');
      expect(refusal.message).toContain(at('none.json'));
      expect(refusal.message).toMatch(/npm start/);
    });

    it('refuses what is not JSON without quoting it', () => {
      const refusal = refusalOf(() => loadConfig(write('broken.json', `{ "key": "${canaryKey}", ${canary} }`)));
      expect(refusal.message).toBe(`config: ${at('broken.json')} is not JSON`);
      expect(refusal.cause).toBeUndefined();
    });
  });

  describe('loadKey', () => {
    it('reads a key, with or without a newline at its end', () => {
      for (const text of [canaryKey, `${canaryKey}\n`, ` ${canaryKey.toUpperCase().replace('0X', '0x')}\r\n`]) {
        expect(loadKey(write('good.key', text), 'f').address).toBe(privateKeyToAddress(canaryKey));
      }
    });

    it('names the field and the file that cannot be read', () => {
      for (const file of [at('none.key'), folder]) {
        const refusal = refusalOf(() => loadKey(file, 'chains.alder.settlerKeys.0'));
        expect(refusal.code).toBe('CONFIG_INVALID');
        expect(refusal.message).toBe(`config: chains.alder.settlerKeys.0: cannot read ${file}`);
      }
    });

    it.each([canaryKey, canaryKey.slice(2), canaryKey.slice(0, -1), canaryKey.toUpperCase()])(
      'does not show a key that stands where its file should (%#)',
      (pasted) => {
        const [key] =
          parseConfig(havingChain({ settlerKeys: [{ file: pasted }] }), folder).chains[0]?.settlerKeys ?? [];
        const refusal = refusalOf(() => loadKey(key?.file ?? '', 'chains.alder.settlerKeys.0'));
        expect(refusal.message).toContain('chains.alder.settlerKeys.0');
        expect(`${refusal.message}${String(refusal.stack)}`.toLowerCase()).not.toContain('ca'.repeat(8));
        expect(refusal.cause).toBeUndefined();
      },
    );

    it.each([
      ['empty', ''],
      ['no hex', canary],
      ['a digit short', canaryKey.slice(0, -1)],
      ['a digit long', `${canaryKey}a`],
      ['without 0x', canaryKey.slice(2)],
      ['two keys', `${canaryKey}\n${canaryKey}`],
      ['JSON', JSON.stringify({ privateKey: canaryKey })],
      ['a mnemonic', `test test ${canary} junk`],
      ['zero', `0x${'0'.repeat(64)}`],
      ["the curve's order", '0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'],
      ['beyond the order', `0x${'f'.repeat(64)}`],
    ])('refuses a file that holds %s, without showing it', (_, text) => {
      const file = write('bad.key', text);
      const refusal = refusalOf(() => loadKey(file, 'chains.alder.refunderKeys.0'));
      expect(refusal.code).toBe('CONFIG_INVALID');
      expect(refusal.message).toBe(
        `config: chains.alder.refunderKeys.0: ${file} does not hold a private key (0x and 64 hex digits)`,
      );
      expect(refusal.cause).toBeUndefined();
    });
  });
});

describe('readEnvironment', () => {
  it('has a default for everything', () => {
    expect(readEnvironment({})).toEqual({
      configPath: '.settlement/config.json',
      logLevel: 'info',
      noColor: false,
      dumbTerminal: false,
      cacheDir: resolve('.cache/cross-chain-settlement'),
      namesTemporal: false,
      temporalAddress: undefined,
      path: '',
    });
  });

  it('takes what is given', () => {
    const env = {
      SETTLEMENT_CONFIG: '/etc/settlement.json',
      LOG_LEVEL: 'debug',
      NO_COLOR: '1',
      TERM: 'dumb',
      XDG_CACHE_HOME: '/var/cache',
      HOME: '/home/ann',
      TEMPORAL_ADDRESS: 'temporal:7233',
      PATH: '/bin',
    };
    expect(readEnvironment(env)).toEqual({
      configPath: '/etc/settlement.json',
      logLevel: 'debug',
      noColor: true,
      dumbTerminal: true,
      cacheDir: '/var/cache/cross-chain-settlement',
      namesTemporal: true,
      temporalAddress: 'temporal:7233',
      path: '/bin',
    });
  });

  it('caches in the home folder', () => {
    expect(readEnvironment({ HOME: '/home/ann' }).cacheDir).toBe('/home/ann/.cache/cross-chain-settlement');
  });

  it.each(['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'])('sees Temporal named by %s', (name) => {
    expect(readEnvironment({ [name]: 'x' }).namesTemporal).toBe(true);
    // The others empty, as compose files hand them on.
    const empty = { TEMPORAL_ADDRESS: '', TEMPORAL_PROFILE: '', TEMPORAL_CONFIG_FILE: '' };
    expect(readEnvironment({ ...empty, [name]: 'x' }).namesTemporal).toBe(true);
  });

  it('takes an empty variable for one that is not set', () => {
    const names = ['SETTLEMENT_CONFIG', 'LOG_LEVEL', 'NO_COLOR', 'XDG_CACHE_HOME', 'HOME', 'TEMPORAL_ADDRESS', 'PATH'];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(readEnvironment(empty)).toEqual(readEnvironment({}));
  });

  it('is frozen, and reads the real environment by default', () => {
    expect(Object.isFrozen(readEnvironment())).toBe(true);
    expect(readEnvironment().path).toBe(process.env.PATH);
  });
});
