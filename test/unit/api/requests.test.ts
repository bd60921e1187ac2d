import { errorAnswer, asSettlementError } from '../../../src/api/errorAnswer';
import { openApiDocument } from '../../../src/api/openApiDocument';
import { routes } from '../../../src/api/routes';
import { errorSchema, orderSchema } from '../../../src/api/schemas';
import { parseConfig } from '../../../src/config';
import { errorCatalog, isErrorCode } from '../../../src/domain/errorCodes';
import { PermanentError, TransientError } from '../../../src/domain/errors';
import { checkOrderShape } from '../../../src/domain/checkOrderShape';
import { orderToJson } from '../../../src/domain/order';
import { checkWebhookUrl } from '../../../src/webhooks/checkWebhookUrl';
import { isPublicAddress } from '../../../src/webhooks/isPublicAddress';
import { signWebhook } from '../../../src/webhooks/signWebhook';
import { orderOf } from '../../support/testLedger';

describe('errors of the API', () => {
  it.each(Object.keys(errorCatalog).filter(isErrorCode))('%s is told by its status, in one shape', (code) => {
    const { retryable, httpStatus } = errorCatalog[code];
    const secret = 'postgresql://settlement:canary@10.0.0.1';
    const error = retryable ? new TransientError(code, secret) : new PermanentError(code, secret);
    const { status, body, headers } = errorAnswer(error);
    expect(status).toBe(httpStatus);
    expect(errorSchema.parse(body).error.code).toBe(code);
    expect('retry-after' in (headers ?? {})).toBe(retryable);
    // What is wrong with the request is told; what is wrong inside is not.
    expect(JSON.stringify(body).includes('canary')).toBe(httpStatus < 500);
  });

  it('are made of whatever is thrown, and a bug tells nothing', () => {
    const bug = errorAnswer(asSettlementError(new Error('canary at /srv/app.js:3')));
    expect(bug.status).toBe(500);
    expect(JSON.stringify(bug.body)).not.toMatch(/canary|app\.js/);
    expect(asSettlementError('a text').code).toBe('INTERNAL');
    expect(asSettlementError(null).code).toBe('INTERNAL');
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(routes) as {
    paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
  };
  const text = JSON.stringify(document);

  it('has every route with its codes, and refers only to what is there', () => {
    for (const { method, path, errors } of routes) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      for (const code of errors)
        expect(operation?.responses[errorCatalog[code].httpStatus]?.description).toContain(code);
    }
    const { components } = document as unknown as { components: { schemas: Record<string, object> } };
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(referred.length).toBeGreaterThan(20);
    for (const name of referred) expect(Object.keys(components.schemas)).toContain(name);
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull();
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });

  it('describes the order that the code takes', () => {
    const json = orderToJson(orderOf('a-1'));
    expect(orderSchema.parse(json)).toEqual(json);
    for (const field of Object.keys(orderSchema.shape)) {
      const { [field as keyof typeof json]: _left, ...rest } = json;
      expect(_left).toBeDefined();
      expect(() => checkOrderShape(rest)).toThrow(field);
    }
  });
});

describe('webhooks', () => {
  it('are signed as the example of standardwebhooks.com', () => {
    // From the specification's own libraries.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = signWebhook(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}');
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '172.31.0.1',
    '0.0.0.0',
    '100.64.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
  ])('do not go to %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
    const host = address.includes(':') ? `[${address}]` : address;
    expect(() => checkWebhookUrl(`https://${host}/x`, false)).toThrow('private network');
    expect(checkWebhookUrl(`http://${host}/x`, true).pathname).toBe('/x');
  });

  it('go to public hosts over https, with no password in the URL', () => {
    for (const address of ['8.8.8.8', '2606:4700::1111', '172.32.0.1']) expect(isPublicAddress(address)).toBe(true);
    expect(checkWebhookUrl('https://example.org/hook', false).host).toBe('example.org');
    // A number is an address too.
    for (const url of [
      'http://example.org',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://localhost/',
      'https://a.localhost',
      'ftp://example.org',
      'https://u:p@example.org',
      'x',
    ]) {
      expect(() => checkWebhookUrl(url, false)).toThrow(expect.objectContaining({ code: 'WEBHOOK_INVALID' }) as Error);
    }
  });
});

test('the API is loopback alone unless the configuration says otherwise', () => {
  const chain = (name: string, chainId: number) => ({
    ...{ name, chainId, rpcUrl: 'http://127.0.0.1:1', gateway: '0x52908400098527886E0F7030069857D2E4169EE7' },
    tokens: [{ symbol: 'T', address: '0x52908400098527886E0F7030069857D2E4169EE7', decimals: 6 }],
    finality: { kind: 'finalized' },
  });
  const json = { chains: [chain('a', 1), chain('b', 2)] };
  expect(parseConfig(json, '/').api).toMatchObject({ host: '127.0.0.1', bodyLimitBytes: 16_384, trustedProxies: [] });
  expect(() => parseConfig({ ...json, api: { hosts: 'x' } }, '/')).toThrow('config: api');
});
