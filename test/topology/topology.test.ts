import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { Client as PostgresClient } from 'pg';
import type { SignedOrder } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import { commandLineOf } from '../../src/local/commandLineOf';
import { devAccounts } from '../../src/local/devAccounts';
import { checkInvariants } from '../support/checkInvariants';
import { signDraft } from '../support/signDraft';
import { startTopology, type Topology } from './startTopology';

/** docker-compose.yml without docker: what the file says is what runs here. */
describe('the production shape', () => {
  let topology: Topology;
  let token: string;
  const signed = new Map<string, SignedOrder>();
  beforeAll(async () => {
    topology = await startTopology();
    token = (await topology.settle('token', 'create', 'acme', '--prefix', 'acme-')).trim();
  });
  afterAll(() => (topology as Topology | undefined)?.close());

  async function ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: SettlementRecord }> {
    const response = await fetch(`${topology.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as SettlementRecord };
  }

  async function submit(settlementId: string): Promise<void> {
    const order = await signDraft(topology.config, { settlementId });
    signed.set(settlementId, order);
    // A caller says the same again until it has an answer.
    await until(async () => {
      const { status } = await ask('POST', '/v1/settlements', order);
      if (status !== 503 && status !== 201 && status !== 200) throw new Error(`${settlementId}: ${status}`);
      return status !== 503;
    });
  }

  const statusOf = async (settlementId: string): Promise<string> =>
    (await ask('GET', `/v1/settlements/${settlementId}`)).body.status;
  const completed = (ids: readonly string[]): Promise<void> =>
    until(async () => (await Promise.all(ids.map(statusOf))).every((status) => status === 'COMPLETED'));

  test('settles what is submitted through the API, by two workers with the least rights', async () => {
    const ids = ['acme-1', 'acme-2', 'acme-3'];
    await Promise.all(ids.map(submit));
    await completed(ids);
    const shown = JSON.parse(await topology.settle('show', 'acme-1', '-o', 'json')) as SettlementRecord;
    expect(shown).toMatchObject({ status: 'COMPLETED', recipient: devAccounts().bob.address });
    const metrics = await Promise.all([...topology.metricsUrls.values()].map(async (url) => (await fetch(url)).text()));
    expect(metrics).toEqual([expect.stringContaining('settlement_'), expect.stringContaining('settlement_')]);
    // Nobody is logged in who may do more.
    const logins = await rowsOf<{ name: string }>(
      topology.ledgerDatabase,
      "select distinct usename as name from pg_stat_activity where datname = 'settlement' and pid <> pg_backend_pid() order by 1",
    );
    expect(logins.map(({ name }) => name)).toEqual(['ledger_api', 'ledger_worker']);
  });

  test.each<[login: string, sql: string]>([
    ['ledger_worker', 'delete from ledger.settlement_events'],
    ['ledger_worker', 'create table ledger.more (id integer)'],
    ['ledger_worker', "update ledger.settlements set amount = '1'"],
    ['ledger_api', "update ledger.settlements set status = 'FAILED'"],
    ['ledger_api', 'delete from ledger.transactions'],
  ])('%s may not: %s', async (login, sql) => {
    await expect(rowsOf(topology.ledgerAs(login), sql)).rejects.toThrow(
      /permission denied|must be owner|cannot change/,
    );
  });

  test('goes on when Temporal and a worker are killed in the middle', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `acme-killed-${index}`);
    await Promise.all(ids.map(submit));
    const temporal = processOf('temporal');
    const worker = processOf('worker-1');
    // In the middle: not all of them have ended.
    expect(await Promise.all(ids.map(statusOf))).not.toEqual(ids.map(() => 'COMPLETED'));
    temporal.kill('SIGKILL');
    worker.kill('SIGKILL');
    await Promise.all([temporal.exited, worker.exited]);
    expect((await topology.checkHealth('temporal')).code).not.toBe(0);
    await topology.startTemporal();
    await topology.startWorker('worker-3');
    await submit('acme-after');
    await completed([...ids, 'acme-after']);
    await Promise.all(['temporal', 'worker', 'api', 'codec'].map((name) => topology.healthy(name)));
  });

  test('drains a worker that is told to stop', async () => {
    const worker = processOf('worker-2');
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  test('takes every job a second time, as a second `docker compose up` does', async () => {
    for (const job of ['temporal-schema', 'temporal-setup', 'ledger-roles', 'ledger-schema'])
      await topology.runJob(job);
    await submit('acme-again');
    await completed(['acme-again']);
  });

  test("keeps nothing in Temporal's database that tells of an order but what is searched for", async () => {
    const text = (await Promise.all(topology.temporalDatabases.map(everythingIn))).join('\n');
    const holds = (word: string): boolean =>
      text.includes(word) ||
      text.includes(Buffer.from(word).toString('hex')) ||
      text.includes(Buffer.from(word).toString('base64'));
    // It would be found: search attributes, ids and the names of activities are kept as they are.
    const { order, signature } = signed.get('acme-1') as SignedOrder;
    for (const kept of ['acme-1', order.recipient, 'burn', 'binary/encrypted', '2026-01']) {
      expect({ kept, holds: holds(kept) }).toEqual({ kept, holds: true });
    }
    const { burnTxHash } = (await ask('GET', '/v1/settlements/acme-1')).body;
    const secrets = [
      signature,
      order.destinationGateway,
      order.token,
      String(burnTxHash),
      'validBefore',
      'destinationToken',
    ];
    for (const secret of secrets) expect({ secret, holds: holds(secret) }).toEqual({ secret, holds: false });
  });

  test('shows it to the Web UI by the codec server, and to no other page', async () => {
    const connection = await Connection.connect({ address: topology.temporalAddress });
    try {
      const client = new Client({ connection, namespace: topology.namespace });
      const history = historyToJSON(await client.workflow.getHandle('acme-1').fetchHistory());
      const { events } = JSON.parse(history) as {
        events: { workflowExecutionStartedEventAttributes: { input: { payloads: { data: string }[] } } }[];
      };
      const kept = events[0]?.workflowExecutionStartedEventAttributes.input.payloads ?? [];
      // What a browser has before it asks.
      for (const { data } of kept) expect(Buffer.from(data, 'base64').toString()).not.toMatch(/^[{"]/);
      const body = JSON.stringify(events[0]?.workflowExecutionStartedEventAttributes.input);
      const decode = (origin: string) =>
        fetch(`${topology.codecUrl}/decode`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-namespace': topology.namespace, origin },
          body,
        });
      const answer = await decode(topology.uiOrigin);
      expect(answer.headers.get('access-control-allow-origin')).toBe(topology.uiOrigin);
      const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
      const [order, signature] = payloads.map(
        ({ data }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown,
      );
      expect({ order, signature }).toEqual(JSON.parse(JSON.stringify(signed.get('acme-1'))));
      expect((await decode('http://evil.example')).status).toBe(403);
    } finally {
      await connection.close();
    }
  });

  test('traces each settlement where the configuration says', async () => {
    const traceId = settlementKeyOf('acme-1').slice(2, 34);
    await until(async () => topology.traces.spans.some((span) => span.traceId === traceId));
    expect(new Set(topology.traces.spans.map(({ service }) => service)).size).toBeGreaterThan(1);
  });

  test('holds the invariants, and an untouched chain of events', async () => {
    await checkInvariants(topology.chains, topology.ledgerDatabase);
    await topology.settle('ledger', 'verify');
    await topology.settle('verify');
  });

  test('leaves nothing behind', async () => {
    const pids = [...topology.processes.values()].map(({ pid }) => pid);
    const ports = [topology.apiUrl, topology.codecUrl, ...topology.temporalDatabases, topology.ledgerDatabase];
    await topology.close();
    expect(pids.filter((pid) => commandLineOf(pid) !== undefined)).toEqual([]);
    expect(await Promise.all(ports.map((url) => isOpen(Number(new URL(url).port))))).toEqual(ports.map(() => false));
    expect(existsSync(topology.folder)).toBe(false);
  });

  function processOf(name: string) {
    const process = topology.processes.get(name);
    if (!process) throw new Error(`there is no ${name}`);
    return process;
  }
});

/** Every row of every table, as text: bytes stand there in hex. */
async function everythingIn(url: string): Promise<string> {
  const tables = await rowsOf<{ name: string }>(
    url,
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  expect(tables.length).toBeGreaterThan(1);
  const rows = await Promise.all(
    tables.map(({ name }) => rowsOf<{ text: string }>(url, `select t::text as text from ${name} t`)),
  );
  return rows
    .flat()
    .map(({ text }) => text)
    .join('\n');
}

async function rowsOf<Row extends object>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new PostgresClient(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits for a state of the world that no event announces. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited 180 s for: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
