import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCodecConfig, parseConfig } from '../../../src/config';
import { ConfigError } from '../../../src/domain/errors';
import { dataConverterOf } from '../../../src/payloads/dataConverterOf';
import { loadPayloadKeys } from '../../../src/payloads/loadPayloadKeys';

const hex = 'ab'.repeat(32);

describe('payload keys', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'payload-keys-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const load = (...files: string[]) => {
    const keyFiles = files.map((file, index) => ({ id: `k${index}`, file: join(folder, file) }));
    return loadPayloadKeys({ keyFiles });
  };

  it('are read as hex or base64', () => {
    const [first, second] = load(write('hex', `${hex}\n`), write('base64', Buffer.from(hex, 'hex').toString('base64')));
    expect(first).toEqual({ id: 'k0', key: Buffer.from(hex, 'hex') });
    expect(second?.key).toEqual(first.key);
  });

  it.each([
    ['empty', ''],
    ['short', 'ab'.repeat(31)],
    ['long', 'ab'.repeat(33)],
    ['other', 'canary-that-must-not-show'],
  ])('that are %s are refused by their field, and not shown', (name, text) => {
    write('good', hex);
    const attempt = (): unknown => load('good', write(name, text));
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(/payloads\.keyFiles\.1\.file: .*does not hold a key/);
    if (text !== '') expect(attempt).not.toThrow(text);
  });

  it('that stand where a file should be named are not shown', () => {
    expect(() => load('nowhere')).toThrow(/payloads\.keyFiles\.0\.file: cannot read/);
    expect(() => load(hex)).toThrow(/looks like a key/);
    expect(() => load(hex)).not.toThrow(hex);
  });

  it('are looked for beside the configuration, and no two have one id', () => {
    const payloads = { keyFiles: [{ id: 'a', file: 'hex' }] };
    const path = join(folder, write('codec.json', JSON.stringify({ payloads, chains: 'of a whole configuration' })));
    expect(loadCodecConfig(path)).toMatchObject({
      payloads: { keyFiles: [{ id: 'a', file: join(folder, 'hex') }] },
      codec: { host: '127.0.0.1', origins: [] },
    });
    write('codec.json', JSON.stringify({ payloads: { keyFiles: [...payloads.keyFiles, ...payloads.keyFiles] } }));
    expect(() => loadCodecConfig(path)).toThrow(/payloads\.keyFiles\.1\.id/);
    write('codec.json', JSON.stringify({ codec: {} }));
    expect(() => loadCodecConfig(path)).toThrow(/config: payloads/);
  });

  it('are of the whole configuration too; without them nothing is encrypted', () => {
    const token = { symbol: 'T', address: `0x${'00'.repeat(19)}01`, decimals: 6 };
    const chain = {
      rpcUrl: 'http://127.0.0.1:1',
      gateway: token.address,
      tokens: [token],
      finality: { kind: 'finalized' },
    };
    const chains = ['a', 'b'].map((name, index) => ({ ...chain, name, chainId: index + 1 }));
    const config = parseConfig({ chains, payloads: { keyFiles: [{ id: 'a', file: 'hex' }] } }, folder);
    expect(config.payloads?.keyFiles).toEqual([{ id: 'a', file: join(folder, 'hex') }]);
    expect(dataConverterOf(config)?.payloadCodecs).toHaveLength(1);
    expect(dataConverterOf(parseConfig({ chains }, folder))).toBeUndefined();
    expect(() => parseConfig({ chains, payloads: { keyFiles: [] } }, folder)).toThrow(/payloads\.keyFiles/);
  });
});
