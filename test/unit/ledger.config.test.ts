import { databaseUrlOf, parseConfig, readEnvironment } from '../../src/config';
import { ConfigError } from '../../src/domain/errors';
import { hideDatabasePassword } from '../../src/local/hideDatabasePassword';

const gateway = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const chain = {
  rpcUrl: 'http://127.0.0.1:8545',
  gateway,
  tokens: [{ symbol: 'DEMO', address: gateway, decimals: 6 }],
  finality: { kind: 'finalized' },
};
const chains = [
  { ...chain, name: 'alder', chainId: 1 },
  { ...chain, name: 'birch', chainId: 2 },
];
const url = 'postgresql://worker:canary5ecret@db.example:5432/settlement';

function refusalOf(act: () => unknown): ConfigError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('it was accepted');
}

describe("the ledger's database", () => {
  it("is the configuration's, else the environment's", () => {
    const env = readEnvironment({ DATABASE_URL: 'postgres://elsewhere/x' });
    expect(databaseUrlOf(parseConfig({ chains, ledger: { databaseUrl: url } }, '/'), env)).toBe(url);
    expect(databaseUrlOf(parseConfig({ chains }, '/'), env)).toBe('postgres://elsewhere/x');
  });

  it('must be named for a worker, and need not for a client', () => {
    const config = parseConfig({ chains }, '/');
    for (const env of [{}, { DATABASE_URL: '' }]) {
      const { code, message } = refusalOf(() => databaseUrlOf(config, readEnvironment(env)));
      expect([code, message]).toEqual(['CONFIG_INVALID', expect.stringContaining('ledger.databaseUrl is missing')]);
    }
  });

  it.each([
    'mysql://worker:canary5ecret@db.example/settlement',
    'worker:canary5ecret@db.example',
    { password: 'canary5ecret' },
  ])('is a Postgres URL; what else stands there is named and not shown: %j', (databaseUrl) => {
    const { message } = refusalOf(() => parseConfig({ chains, ledger: { databaseUrl } }, '/'));
    expect(message).toMatch(/^config: ledger\.databaseUrl: /);
    expect(message).not.toContain('canary5ecret');
  });

  it('is shown without its password', () => {
    expect(hideDatabasePassword(url)).toBe('postgresql://worker@db.example:5432/settlement');
    expect(hideDatabasePassword(`${url}?password=canary5ecret`)).not.toContain('canary5ecret');
    expect(hideDatabasePassword('postgresql://localhost/x')).toBe('postgresql://localhost/x');
    expect(hideDatabasePassword('canary5ecret')).not.toContain('canary5ecret');
  });
});
