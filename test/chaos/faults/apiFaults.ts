import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSecret } from '../../../src/api/authenticate';
import { createLedger } from '../../../src/ledger/createLedger';
import { freePort } from '../../../src/local/freePort';
import { projectRoot } from '../../../src/local/projectRoot';
import { startGuard } from '../../../src/local/startGuard';
import { startLocalWorker } from '../../../src/local/startLocalWorker';
import type { FaultWorld } from '../faultWorld';
import { NotFired, type FaultKind } from './fault';

const [floodersCount, hugeCount, slowCount] = [40, 4, 40];
const hugeBody = Buffer.alloc(1024 * 1024, '1');
const [askEveryMs, servedWithinMs, pauseMs] = [200, 5_000, 100];
/** Of an address; whoever floods has another than who is to be served. */
const [perMinute, floodedFrom] = [600, '127.0.0.2'];

const flooded: FaultKind = {
  ...{
    number: 49,
    name: 'the API is flooded, with huge bodies and slow clients',
    track: 'rest',
    holdMs: [3_000, 6_000],
  },
  async fire({ world, startedIds, complain }) {
    const [settlementId] = startedIds();
    if (settlementId === undefined) throw new NotFired('nothing was started yet');
    const token = await makeToken(world);
    const api = await startApiProcess(world);
    const told = new AbortController();
    const flood = startFlood(api.url, told.signal);
    const served = serveMeanwhile(`${api.url}/v1/settlements/${settlementId}`, token, told.signal, complain);
    return {
      async heal() {
        told.abort();
        await Promise.all([flood.ended, served]);
        await api.close();
      },
      tookEffect: () => flood.refused(),
    };
  },
};

async function makeToken({ databaseUrl }: FaultWorld): Promise<string> {
  const ledger = createLedger({ databaseUrl });
  try {
    const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(32).toString('base64url')];
    const given = { name: id, idPrefix: null, scopes: ['read'], webhook: null } as const;
    await ledger.createToken({ ...given, id, secretHash: hashSecret(secret) });
    return `cs_${id}_${secret}`;
  } finally {
    await ledger.close();
  }
}

/** As it ships, in a process of its own. */
async function startApiProcess({ stack, folder }: FaultWorld) {
  const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as object;
  const port = await freePort();
  const path = join(dirname(stack.configPath), 'api.json');
  writeFileSync(
    path,
    JSON.stringify({ ...json, api: { port, requestsPerMinute: { token: perMinute, address: perMinute } } }),
  );
  const guard = await startGuard();
  const program = join(projectRoot(), 'dist', 'apiServer.js');
  const paths = { config: path, log: (name: string) => join(folder, `${name}.log`) };
  await startLocalWorker(paths, guard, { name: 'api', program, readyText: 'api ready' });
  return { url: `http://127.0.0.1:${port}`, close: () => guard.close() };
}

/** Somebody with a token, at another address, gets answers as ever. */
async function serveMeanwhile(
  url: string,
  token: string,
  told: AbortSignal,
  complain: (what: string) => void,
): Promise<void> {
  while (!told.aborted) {
    const beganAt = performance.now();
    const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const tookMs = performance.now() - beganAt;
    if (status !== 200 || tookMs > servedWithinMs) {
      complain(`while others flooded the API a read was answered ${status} after ${tookMs.toFixed(0)} ms`);
    }
    await delay(askEveryMs);
  }
}

interface Flood {
  readonly ended: Promise<unknown>;
  /** What was turned away: too many, or too big. */
  refused(): number;
}

function startFlood(url: string, told: AbortSignal): Flood {
  const byStatus = new Map<number, number>();
  const repeat = async (once: () => Promise<number>): Promise<void> => {
    while (!told.aborted) {
      const status = await once();
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      await delay(pauseMs); // not to fill the machine: what is asked is whether others are still served
    }
  };
  const flooders = Array.from({ length: floodersCount }, () => repeat(() => send(url, 'GET')));
  const huge = Array.from({ length: hugeCount }, () => repeat(() => send(url, 'POST', hugeBody)));
  const slow = Array.from({ length: slowCount }, () => crawl(url, told));
  return {
    ended: Promise.all([...flooders, ...huge, ...slow]),
    refused: () => (byStatus.get(429) ?? 0) + (byStatus.get(413) ?? 0),
  };
}

/** The answer's status; 0 where the connection was closed instead. */
function send(url: string, method: string, body?: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${url}/v1/settlements`, { method, headers, localAddress: floodedFrom }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

/** A request that comes a letter at a time and never ends. */
async function crawl(url: string, told: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress: floodedFrom });
  socket.on('error', () => undefined);
  socket.write('POST /v1/settlements HTTP/1.1\r\nhost: x\r\ncontent-length: 4096\r\nx-slow: ');
  while (!told.aborted && !socket.destroyed) {
    socket.write('a');
    await delay(askEveryMs);
  }
  socket.destroy();
}

export const apiFaults = [flooded] as const;
