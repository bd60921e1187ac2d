import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parseTransaction, recoverTransactionAddress, type Hex, type TransactionSerialized } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { ConfigError } from '../../../src/domain/errors';
import { createLocalSigner } from '../../../src/signers/createLocalSigner';
import { loadKeystoreSigner } from '../../../src/signers/loadKeystoreSigner';
import { loadSigner } from '../../../src/signers/loadSigner';
import type { Signer, TransactionRequest } from '../../../src/signers/signer';
import { published } from './keystores';

const request: TransactionRequest = {
  type: 'eip1559',
  chainId: 31_337,
  nonce: 3,
  gas: 21_000n,
  to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 1n,
  data: '0xabcd',
};
const canaryKey: Hex = `0x${'ca'.repeat(32)}`;
const canaryPassword = 'canary5ecret';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'signers-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | object): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

async function refusalOf(act: () => unknown): Promise<ConfigError> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect((error as Error).cause).toBeUndefined();
    return error as ConfigError;
  }
  throw new Error('it was accepted');
}

/** Everything a log, an answer or a crash could make of a value. */
function traces(value: unknown): string {
  const own = typeof value === 'object' && value !== null ? Reflect.ownKeys(value).map(String) : [];
  const error = value instanceof Error ? `${value.message} ${String(value.stack)}` : '';
  const forms = [
    inspect(value),
    inspect(value, { showHidden: true, depth: 10, customInspect: false, getters: true }),
    inspect({ nested: [value] }, { depth: 10 }),
    JSON.stringify({ value }),
    String(value),
    JSON.stringify(Object.entries(value as object)),
    error,
  ];
  return [...forms, ...own].join('\n').toLowerCase();
}

/** A secret as hex, as text, as base64 and as a decimal number. */
function formsOf(secret: string): string[] {
  const bytes = secret.startsWith('0x') ? Buffer.from(secret.slice(2), 'hex') : Buffer.from(secret);
  const forms = [bytes.toString('hex'), bytes.toString('base64'), secret.replace(/^0x/, ''), [...bytes].join(', ')];
  return secret.startsWith('0x') ? [...forms, BigInt(secret).toString()] : forms;
}

function expectNoTrace(value: unknown, ...secrets: string[]): void {
  const seen = traces(value);
  for (const form of secrets.flatMap(formsOf)) expect(seen).not.toContain(form.toLowerCase());
}

describe('a local signer', () => {
  it('signs what it is given, and nothing else', async () => {
    const signer = createLocalSigner(canaryKey);
    const raw = (await signer.signTransaction(request)) as TransactionSerialized;
    expect(signer.address).toBe(privateKeyToAddress(canaryKey));
    expect(await recoverTransactionAddress({ serializedTransaction: raw })).toBe(signer.address);
    expect(parseTransaction(raw)).toMatchObject({ ...request, to: request.to?.toLowerCase() });
  });

  it('shows its address and never its key', () => {
    const signer = createLocalSigner(canaryKey);
    expectNoTrace(signer, canaryKey);
    expect(inspect(signer)).toBe(`Signer(${signer.address})`);
    expect(JSON.stringify({ signer })).toBe(`{"signer":"Signer(${signer.address})"}`);
    expect(Object.isFrozen(signer)).toBe(true);
  });

  it('does not show its key when it cannot sign', async () => {
    const broken = { ...request, maxFeePerGas: -1n } as TransactionRequest;
    const error: unknown = await createLocalSigner(canaryKey)
      .signTransaction(broken)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expectNoTrace(error, canaryKey);
  });

  it.each([
    ['empty', '0x'],
    ['short', canaryKey.slice(0, -2)],
    ['long', `${canaryKey}ca`],
    ['without 0x', canaryKey.slice(2)],
    ['zero', `0x${'0'.repeat(64)}`],
    ['beyond the order', '0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142'],
  ])('refuses a key that is %s without showing it', async (_, key) => {
    const refusal = await refusalOf(() => createLocalSigner(key as Hex));
    // In the message and the stack; a key that is empty or zero leaves nothing to look for.
    if (/[1-9a-f]{8}/.test(key.slice(2))) expectNoTrace(refusal, key.startsWith('0x') ? key : `0x${key}`);
  });
});

describe('a keystore', () => {
  const password = (): string => write('password', `${published.password}\n`);

  it.each(['pbkdf2', 'scrypt'] as const)('is opened as the published %s vector says', async (kdf) => {
    const signer = await loadKeystoreSigner(write(`${kdf}.json`, published[kdf]), password());
    expect(signer.address).toBe(privateKeyToAddress(published.secret));
    expect(signer.address).toBe(published.address);
    const expected: Signer = createLocalSigner(published.secret);
    expect(await signer.signTransaction(request)).toBe(await expected.signTransaction(request));
    expectNoTrace(signer, published.secret, published.password);
  });

  it('may name its address, which must be the one of its key', async () => {
    const right = { ...published.pbkdf2, address: published.address.slice(2).toLowerCase() };
    expect((await loadKeystoreSigner(write('right.json', right), password())).address).toBe(published.address);
    const wrong = { ...right, address: '5aaeb6053f3e94c9b9a09f33669435e7ef1beaed' };
    const refusal = await refusalOf(() => loadKeystoreSigner(write('wrong.json', wrong), password()));
    expect(refusal.message).toContain('another address');
    expectNoTrace(refusal, published.secret);
  });

  it.each(['pbkdf2', 'scrypt'] as const)('%s does not open with another password', async (kdf) => {
    const other = write('other', canaryPassword);
    const refusal = await refusalOf(() => loadKeystoreSigner(write('k.json', published[kdf]), other));
    expect(refusal.message).toContain('password is wrong');
    expectNoTrace(refusal, canaryPassword, published.secret);
  });

  const crypto = published.pbkdf2.crypto;
  it.each([
    ['its mac', { ...crypto, mac: `00${crypto.mac.slice(2)}` }],
    ['its ciphertext', { ...crypto, ciphertext: `00${crypto.ciphertext.slice(2)}` }],
    ['its salt', { ...crypto, kdfparams: { ...crypto.kdfparams, salt: `00${crypto.kdfparams.salt.slice(2)}` } }],
    ['its rounds', { ...crypto, kdfparams: { ...crypto.kdfparams, c: 1 } }],
  ])('does not open when %s was changed', async (_, changed) => {
    const file = write('changed.json', { ...published.pbkdf2, crypto: changed });
    expect((await refusalOf(() => loadKeystoreSigner(file, password()))).message).toContain('was changed');
  });

  it.each([
    ['no JSON', `{ "key": "${canaryKey}"`, 'no JSON'],
    ['a raw key', canaryKey, 'no JSON'],
    ['another version', { ...published.pbkdf2, version: 1 }, 'version'],
    ['another cipher', { ...published.pbkdf2, crypto: { ...crypto, cipher: 'aes-128-cbc' } }, 'crypto.cipher'],
    ['another kdf', { ...published.pbkdf2, crypto: { ...crypto, kdf: 'argon2id' } }, 'crypto.kdf'],
    ['no crypto', { version: 3, key: canaryKey }, 'crypto'],
    ['a short mac', { ...published.pbkdf2, crypto: { ...crypto, mac: 'cafe' } }, 'crypto.mac'],
    [
      'a kdf that takes for ever',
      { ...published.pbkdf2, crypto: { ...crypto, kdfparams: { ...crypto.kdfparams, c: 4_000_000_000 } } },
      'crypto.kdfparams.c',
    ],
    [
      'a kdf that takes all memory',
      {
        ...published.scrypt,
        crypto: { ...published.scrypt.crypto, kdfparams: { ...published.scrypt.crypto.kdfparams, n: 2 ** 30 } },
      },
      'its own parameters',
    ],
    [
      'a kdf with an n that is none',
      {
        ...published.scrypt,
        crypto: { ...published.scrypt.crypto, kdfparams: { ...published.scrypt.crypto.kdfparams, n: 3 } },
      },
      'its own parameters',
    ],
  ])('is not %s', async (_, content, why) => {
    const refusal = await refusalOf(() => loadKeystoreSigner(write('bad.json', content), password()));
    expect(refusal.message).toContain(why);
    expectNoTrace(refusal, canaryKey, published.password);
  });
});

describe('the signer a configuration names', () => {
  const field = 'chains.alder.settlerKeyFile';
  const load = (file: string, passwordFile?: string): Promise<Signer> => loadSigner({ file, passwordFile }, field);

  it('is of a raw key, with or without a newline', async () => {
    for (const text of [canaryKey, `${canaryKey}\n`, ` ${canaryKey}\r\n`]) {
      expect((await load(write('raw.key', text))).address).toBe(privateKeyToAddress(canaryKey));
    }
  });

  it('is of a keystore when there is a password file', async () => {
    const file = write('pbkdf2.json', published.pbkdf2);
    expect((await load(file, write('password', published.password))).address).toBe(published.address);
  });

  it.each([
    ['a keystore without a password', published.pbkdf2, undefined, 'a keystore needs its password file'],
    ['a wrong password', published.pbkdf2, canaryPassword, 'the password is wrong'],
    ['a raw key with a password', canaryKey, canaryPassword, 'not a keystore: no JSON'],
    ['a mnemonic', `test test ${canaryPassword} junk`, undefined, 'not a private key'],
  ])('is not made of %s; the field is named, no secret is', async (_, key, secret, why) => {
    const passwordFile = secret === undefined ? undefined : write('some.password', secret);
    const refusal = await refusalOf(() => load(write('some.key', key), passwordFile));
    expect(refusal.message).toContain(field);
    expect(refusal.message).toContain(why);
    expectNoTrace(refusal, canaryKey, canaryPassword);
  });

  it.each([canaryKey, canaryKey.slice(2)])('is not a key that stands where its file should (%#)', async (pasted) => {
    const refusal = await refusalOf(() => load(join(folder, pasted)));
    expect(refusal.message).toContain(field);
    expectNoTrace(refusal, canaryKey);
  });

  it('names the file that cannot be read', async () => {
    expect((await refusalOf(() => load(join(folder, 'none.key')))).message).toContain(join(folder, 'none.key'));
  });
});
