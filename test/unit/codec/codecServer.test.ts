import { defaultPayloadConverter } from '@temporalio/common';
import { payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodecServer } from '../../../src/codec/createCodecServer';
import { startCodecServer } from '../../../src/codec/startCodecServer';
import { loadCodecConfig, type CodecConfig } from '../../../src/config';
import { createLogger } from '../../../src/observability/createLogger';
import { createEncryptionCodec } from '../../../src/payloads/createEncryptionCodec';

const ui = 'http://127.0.0.1:8080';
const log = createLogger('silent');
const codec = createEncryptionCodec([{ id: 'k1', key: randomBytes(32) }]);
const plain = { secret: 'recipient 0x1234' };
const json = payloadToJSON(defaultPayloadConverter.toPayload(plain));

interface Reply {
  readonly payloads: readonly JSONPayload[];
  readonly error: { readonly code: string; readonly message: string };
}

describe('the codec server', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'codec-server-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const configOf = (given: Partial<CodecConfig['codec']> = {}): CodecConfig => {
    writeFileSync(join(folder, 'key'), 'cd'.repeat(32));
    writeFileSync(join(folder, 'token'), 'a-token-of-twenty-characters\n');
    const path = join(folder, 'codec.json');
    const payloads = { keyFiles: [{ id: 'k1', file: 'key' }] };
    writeFileSync(path, JSON.stringify({ payloads, codec: { origins: [ui], port: 0, ...given } }));
    return loadCodecConfig(path);
  };

  async function serve(given: Partial<CodecConfig['codec']> = {}, token: string | null = null) {
    const app = await createCodecServer({ codec, options: configOf(given).codec, token, log });
    return async (path: string, payload?: unknown, headers: Record<string, string> = {}) => {
      const response = await app.inject({
        method: payload === undefined ? 'GET' : 'POST',
        url: path,
        headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(payload === undefined ? {} : { payload: payload as object }),
      });
      return { status: response.statusCode, headers: response.headers, body: response.json<Reply>() };
    };
  }

  it('encrypts and decrypts in the JSON form of payloads', async () => {
    const ask = await serve();
    const encoded = await ask('/encode', { payloads: [json, json] }, { 'x-namespace': 'settlement' });
    expect(encoded.status).toBe(200);
    expect(JSON.stringify(encoded.body)).not.toContain(json.data);
    const encoding = encoded.body.payloads[0]?.metadata?.encoding ?? '';
    expect(Buffer.from(encoding, 'base64').toString()).toBe('binary/encrypted');
    const decoded = await ask('/decode', encoded.body);
    expect(decoded.body).toEqual({ payloads: [json, json] });
    // The UI sends what it finds, encrypted or not.
    expect((await ask('/decode', { payloads: [json] })).body).toEqual({ payloads: [json] });
  });

  it('says in which way a payload does not open, and what is no request', async () => {
    const ask = await serve();
    const { body } = await ask('/encode', { payloads: [json] });
    const [sealed] = body.payloads as [JSONPayload];
    const broken = await ask('/decode', { payloads: [{ ...sealed, data: 'AAAA' }] });
    expect(broken).toMatchObject({ status: 422, body: { error: { code: 'PAYLOAD_BROKEN' } } });
    const other = Buffer.from('k2').toString('base64');
    const unknown = await ask('/decode', {
      payloads: [{ ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': other } }],
    });
    expect(unknown).toMatchObject({ status: 422, body: { error: { code: 'PAYLOAD_KEY_UNKNOWN' } } });
    expect(await ask('/decode', { payloads: 'none' })).toMatchObject({ status: 400 });
    expect(await ask('/decode', { payloads: [{ data: 7 }] })).toMatchObject({ status: 400 });
    expect(await ask('/elsewhere')).toMatchObject({ status: 404 });
    expect(await ask('/health')).toMatchObject({ status: 200 });
  });

  it('answers pages of the UI, and no other page', async () => {
    const ask = await serve();
    const allowed = await ask('/decode', { payloads: [json] }, { origin: ui });
    expect(allowed).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': ui } });
    expect(allowed.headers).not.toHaveProperty('access-control-allow-credentials');
    const foreign = await ask('/decode', { payloads: [json] }, { origin: 'http://evil.example' });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('lets a browser send what the UI sends', async () => {
    const app = await createCodecServer({
      codec,
      options: configOf({ allowCredentials: true }).codec,
      token: 'x',
      log,
    });
    const preflight = (origin: string) =>
      app.inject({
        method: 'OPTIONS',
        url: '/decode',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace',
        },
      });
    const { statusCode, headers } = await preflight(ui);
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ui,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringMatching(/content-type.*x-namespace.*authorization/),
      'access-control-allow-credentials': 'true',
    });
    expect((await preflight('http://evil.example')).statusCode).toBe(403);
  });

  it('asks for its token where it has one', async () => {
    const ask = await serve({}, 'a-token-of-twenty-characters');
    for (const authorization of ['', 'Bearer ', 'Bearer another-token', 'a-token-of-twenty-characters']) {
      expect(await ask('/decode', { payloads: [json] }, { authorization })).toMatchObject({ status: 401 });
    }
    const known = await ask('/decode', { payloads: [json] }, { authorization: 'Bearer a-token-of-twenty-characters' });
    expect(known.status).toBe(200);
    expect((await ask('/health')).status).toBe(200);
  });

  it('takes no more than its body limit', async () => {
    const ask = await serve({ bodyLimitBytes: 1_024 });
    const large = { payloads: [{ data: 'A'.repeat(2_000) }] };
    expect(await ask('/decode', large)).toMatchObject({ status: 413, body: { error: { code: 'BODY_TOO_LARGE' } } });
  });

  it('is not open to others without a word', async () => {
    await expect(startCodecServer(configOf({ host: '0.0.0.0' }), log)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    const missing = startCodecServer(configOf({ tokenFile: 'nowhere' }), log);
    await expect(missing).rejects.toThrow('codec.tokenFile');
    const running = await startCodecServer(configOf({ tokenFile: 'token' }), log);
    try {
      expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"payloads":[]}' };
      expect((await fetch(`${running.url}/decode`, post)).status).toBe(401);
    } finally {
      await running.close();
    }
  });
});
