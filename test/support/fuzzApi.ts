import { once } from 'node:events';
import { connect } from 'node:net';
import { errorSchema } from '../../src/api/schemas';
import type { SignedOrder } from '../../src/domain/order';
import { createRandom, pick } from '../chaos/random';
import type { TestApi } from './startTestApi';

export interface FuzzReport {
  readonly requests: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** What must not be: a server's error other than 503, a stack, an error of another shape. */
  readonly findings: readonly string[];
}

interface Random {
  /** From 0 up to one less. */
  int(below: number): number;
  pick<T>(items: readonly T[]): T;
}

function randomOf(seed: number): Random {
  const random = createRandom(seed);
  return { int: (below) => Math.floor(random() * below), pick: (items) => pick(random, items) };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

const atOnce = 8;
const answerWithinMs = 30_000;
const leaks = /node_modules|\.[jt]s:\d+|at \w+ \(|postgresql:|ECONNREFUSED|cs_[0-9a-z]{12}_/;

/** Sends so many requests, each made of the seed and its number, and says what came back that must not. */
export async function fuzzApi(
  api: TestApi,
  orders: readonly SignedOrder[],
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<FuzzReport> {
  const byStatus: Record<string, number> = {};
  const findings: string[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < requests) {
      const number = next++;
      const random = randomOf(seed * 1_000_003 + number);
      const request = requestOf(random, api, orders);
      const { status, text } =
        random.int(10) === 0 ? await sendRaw(api, random, request) : await sendWhole(api, request);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      const finding = findingOf(status, text);
      if (finding !== null) findings.push(`#${number}: ${request.method} ${request.path.slice(0, 100)}: ${finding}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  return { requests, byStatus, findings };
}

function findingOf(status: number, text: string): string | null {
  if (status >= 500 && status !== 503) return `${status} ${text.slice(0, 300)}`;
  if (leaks.test(text)) return `${status} tells of the inside: ${text.slice(0, 300)}`;
  // Node itself answers what is no HTTP, without a body.
  if (status < 400 || text === '' || status === 0) return null;
  try {
    if (errorSchema.safeParse(JSON.parse(text)).success || 'ready' in (JSON.parse(text) as object)) return null;
  } catch {
    // told below
  }
  return `${status} is not of the errors' shape: ${text.slice(0, 300)}`;
}

async function sendWhole(api: TestApi, { method, path, headers, body }: Request) {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    response = await fetch(`${api.url}${path}`, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  } catch (error) {
    // What fetch itself refuses to send is no request; what was not answered in time is a finding.
    return { status: error instanceof Error && error.name === 'TimeoutError' ? 599 : 0, text: '' };
  }
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, text: '' };
  }
  return { status: response.status, text: await response.text().catch(() => '') };
}

/** As bytes: cut, doubled or spoiled somewhere, so that it may be no HTTP at all. */
async function sendRaw(api: TestApi, random: Random, { method, path, headers, body }: Request) {
  const { port, host } = new URL(api.url);
  const lines = Object.entries({ host, ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  const payload = Buffer.from(body ?? '');
  const length = random.int(3) === 0 ? random.int(40_000) : payload.length;
  const start = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\ncontent-length: ${length}\r\n\r\n`;
  const bytes = Buffer.concat([Buffer.from(start, 'latin1'), payload]);
  for (let times = random.int(4); times > 0; times -= 1) bytes[random.int(bytes.length)] = random.int(256);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    if (chunk.includes('text/event-stream')) socket.destroy();
  });
  const over = once(socket, 'close');
  // A length that promises more than comes: the end says so.
  socket.end(bytes);
  await over;
  const answer = Buffer.concat(chunks).toString('latin1');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
  const isChunked = /transfer-encoding: chunked/i.test(answer);
  // A spoiled request can be read as two; the first one's answer is looked at.
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const size = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return { status, text: isChunked ? '' : rest.join('\r\n\r\n').slice(0, size) };
}

const words = [
  '',
  '0',
  '-1',
  'null',
  'true',
  '1e309',
  'NaN',
  '__proto__',
  'constructor',
  '\0',
  '\n',
  '../..',
  '%00',
  "' or 1=1 --",
];
const strange = [
  ...words,
  'é',
  '\u202e',
  '\ud800',
  '🙂',
  'a'.repeat(70),
  'a'.repeat(9_000),
  '0x',
  `0x${'0'.repeat(40)}`,
  `0x${'f'.repeat(64)}`,
];

function requestOf(random: Random, api: TestApi, orders: readonly SignedOrder[]): Request {
  const headers: Record<string, string> = {};
  if (random.int(12) > 0) headers.authorization = `Bearer ${api.token}`;
  else
    headers.authorization = random.pick([
      'Bearer',
      'Basic x',
      `Bearer cs_${'a'.repeat(12)}_${'b'.repeat(43)}`,
      'Bearer é',
    ]);
  const order = random.pick(orders);
  const id = random.int(3) === 0 ? encodeURIComponent(safe(random.pick(strange))) : order.order.settlementId;
  if (random.int(2) === 0)
    return { method: 'GET', path: readPath(random, id), headers: withResume(random, headers), body: undefined };
  headers['content-type'] =
    random.int(8) > 0 ? 'application/json' : random.pick(['text/plain', 'application/json; charset=x', '']);
  const action = random.pick(['', '', '', `/${id}/retry`, `/${id}/cancel`, `/${id}/resolve`, `/${id}/nothing`]);
  const method = random.int(15) === 0 ? random.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS']) : 'POST';
  return { method, path: `/v1/settlements${action}`, headers, body: bodyOf(random, order) };
}

function withResume(random: Random, headers: Record<string, string>): Record<string, string> {
  return random.int(4) > 0
    ? headers
    : { ...headers, 'last-event-id': random.pick(['0', '1', '99', '-1', 'x', '9'.repeat(30)]) };
}

function readPath(random: Random, id: string): string {
  const plain = [
    '/healthz',
    '/readyz',
    '/v1/openapi.json',
    '/v1/info',
    '/v1/supply',
    '/x',
    '//',
    '/v1/../x',
    '/%',
    '/v1/settlements/%E0%A4%A',
  ];
  const kind = random.int(4);
  if (kind === 0) return random.pick(plain);
  if (kind === 1) return `/v1/settlements/${id}${random.pick(['', '/events', '/', '/x'])}`;
  const names = [
    'status',
    'route',
    'holder',
    'recipient',
    'needsOperator',
    'q',
    'limit',
    'cursor',
    'x',
    '__proto__',
    'limit[]',
  ];
  const values = [
    ...strange,
    'FAILED',
    'alder-birch',
    'true',
    '5',
    'cDU',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  ];
  const part = (): string => `${random.pick(names)}=${encodeURIComponent(safe(random.pick(values)))}`;
  return `/v1/settlements?${Array.from({ length: random.int(4) }, part).join('&')}`;
}

/** Half of a pair cannot be written into a URL. */
function safe(text: string): string {
  return Buffer.from(text).toString();
}

function bodyOf(random: Random, signed: SignedOrder): string | Uint8Array {
  const kind = random.int(9);
  if (kind === 8) return 'x'.repeat(16_385 + random.int(20_000)); // more than the API takes
  if (kind === 0) return random.pick(strange);
  if (kind === 1) return Uint8Array.from({ length: random.int(300) }, () => random.int(256));
  if (kind === 2)
    return JSON.stringify({
      action: random.pick(['retry', 'refund', 'x']),
      by: random.pick(strange),
      evidence: random.pick(strange),
    });
  const json = JSON.parse(JSON.stringify(signed)) as { order: unknown; signature: unknown };
  for (let times = random.int(3); times > 0; times -= 1) spoil(random, json);
  const text = JSON.stringify(json);
  if (random.int(6) > 0) return text;
  const at = random.int(text.length);
  return random.pick([
    text.slice(0, at),
    `${text.slice(0, at)}${random.pick(strange)}${text.slice(at)}`,
    text + text,
    text.replace('{', '{"a":'.repeat(20)),
  ]);
}

function spoil(random: Random, json: { order: unknown; signature: unknown }): void {
  const value = random.pick<unknown>([
    ...strange,
    null,
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    true,
    [],
    {},
    [[]],
    { toString: 1 },
  ]);
  const field = random.pick([...Object.keys(Object(json.order) as object), 'extra', 'signature', 'order']);
  if (field === 'signature') json.signature = value;
  else if (field === 'order') json.order = value;
  else if (typeof json.order !== 'object' || json.order === null) return;
  else if (random.int(3) === 0) Reflect.deleteProperty(json.order, field);
  else Object.assign(json.order, { [field]: value });
}
