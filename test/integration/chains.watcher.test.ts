import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256, type Hex } from 'viem';
import {
  createBlockWatcher,
  type BlockWatcher,
  type Contradiction,
  type Sighting,
  type Tracked,
} from '../../src/chains/createBlockWatcher';
import type { FinalityPolicy } from '../../src/config';
import { startAnvil } from '../../src/local/anvil';
import { rpcCall } from '../../src/local/rpcCall';
import { startGuard, type Guard } from '../../src/local/startGuard';
import { createFaultyProxy } from '../support/faultyProxy';
import { deployWatchedChain, seenAfter, type WatchedChain } from '../support/watchedChain';

const confirmed = (confirmations: number): FinalityPolicy => ({ kind: 'confirmations', confirmations });

let guard: Guard;
let world: WatchedChain;
const toClose: { close(): void | Promise<void> }[] = [];

beforeAll(async () => {
  guard = await startGuard();
  world = await deployWatchedChain([
    await startAnvil({ name: 'alder', chainId: 31_337, guard }),
    await startAnvil({ name: 'birch', chainId: 31_338, guard }),
  ]);
});
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
});
afterAll(() => guard.close());

function watch(finality: FinalityPolicy, facts: { rpcUrl?: string; pollIntervalMs?: number } = {}): BlockWatcher {
  const watcher = createBlockWatcher(world.chain(finality, facts));
  toClose.push(watcher);
  return watcher;
}

const inTime = (): AbortSignal => AbortSignal.timeout(20_000);
const next = (tracked: Tracked): Promise<Sighting> => tracked.next(inTime());

/** What was told up to now: a wait that is over at once takes only what is there already. */
async function toldSoFar(tracked: Tracked): Promise<Sighting[]> {
  const told: Sighting[] = [];
  for (;;) {
    const aborting = new AbortController();
    const wait = tracked.next(aborting.signal);
    aborting.abort();
    try {
      told.push(await wait);
    } catch {
      return told;
    }
  }
}

const mineOne = (): Promise<unknown> => world.rpc('anvil_mine', '0x1');

describe('an operation on a chain that mines at once, final with one confirmation', () => {
  it('is told as final, with the slot of the block it is in', async () => {
    const watcher = watch(confirmed(1), { pollIntervalMs: 60_000 }); // only the poke can make it look
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    await world.execute([burn]);
    watcher.poke();
    const sighting = await next(tracked);
    const { number, hash } = await world.head();
    expect(sighting).toMatchObject({ kind: 'final', slot: { state: 'Burned', attempt: 0 }, block: { number, hash } });
  });

  it('that was applied before it was tracked is told', async () => {
    const burn = await world.burn();
    await world.execute([burn]);
    await world.rpc('anvil_mine', '0x20');
    expect(await next(watch(confirmed(1)).track(burn))).toMatchObject({ kind: 'final', slot: { state: 'Burned' } });
  });

  it('is told once, to each that tracks it, until they close', async () => {
    const watcher = watch(confirmed(1));
    const burn = await world.burn();
    const [one, other] = [watcher.track(burn), watcher.track(burn)];
    await world.execute([burn]);
    expect((await Promise.all([next(one), next(other)])).map(({ kind }) => kind)).toEqual(['final', 'final']);
    await seenAfter(watcher, world, () => world.execute([burn])); // found already applied: nothing new
    expect(await toldSoFar(one)).toEqual([]);
    one.close();
    await expect(next(one)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(watcher.trackedCount).toBe(1);
  });

  it('that can never apply is told as superseded', async () => {
    const burn = await world.burn();
    await world.execute([burn]);
    await world.execute([world.as(burn, 'Refund')]);
    const watcher = watch(confirmed(1));
    expect(await next(watcher.track(burn))).toMatchObject({
      kind: 'superseded',
      slot: { state: 'Refunded', attempt: 0 },
    });
    expect(await next(watcher.track(world.as(burn, 'Refund')))).toMatchObject({ kind: 'final' });
  });

  it('whose id another order took is told as superseded', async () => {
    const watcher = watch(confirmed(1));
    const ours = await world.burn();
    const theirs = await world.burn({ settlementId: ours.order.settlementId, amount: 2_000n });
    const tracked = watcher.track(ours);
    await world.execute([theirs]);
    expect(await next(tracked)).toMatchObject({ kind: 'superseded', slot: { state: 'OtherOrder' } });
  });

  it('that was refused is told with the reason and the transaction, and can still be final later', async () => {
    const watcher = watch(confirmed(1));
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    const unsigned = await world.execute([{ ...burn, signature: '0x' }]);
    expect(await next(tracked)).toMatchObject({
      kind: 'refused',
      reason: 'SignatureInvalid',
      transactionHash: unsigned,
      slot: { state: 'None' },
      block: await world.head(),
    });
    const byAStranger = await world.execute([burn], 'mallory');
    expect(await next(tracked)).toMatchObject({ reason: 'NotAuthorized', transactionHash: byAStranger });
    await world.execute([burn]);
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    expect(await toldSoFar(tracked)).toEqual([]);
  });
});

describe('an operation on a chain that is final with three confirmations', () => {
  it('is told with the third, not before', async () => {
    const watcher = watch(confirmed(3));
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    const { number, hash } = (await seenAfter(watcher, world, () => world.execute([burn]))).latest;
    await seenAfter(watcher, world, mineOne);
    expect(await toldSoFar(tracked)).toEqual([]);
    await world.rpc('anvil_mine', '0x1');
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number, hash } });
  });

  it('that was in a block before it was tracked, and not final, is told when it is', async () => {
    const burn = await world.burn();
    await world.execute([burn]);
    const { number } = await world.head();
    const watcher = watch(confirmed(3));
    const tracked = watcher.track(burn);
    await seenAfter(watcher, world, mineOne);
    expect(await toldSoFar(tracked)).toEqual([]);
    await mineOne();
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number } });
  });

  it('is told though many blocks came between two looks', async () => {
    const watcher = watch(confirmed(3), { pollIntervalMs: 60_000 });
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    await seenAfter(watcher, world, mineOne);
    await world.execute([burn]);
    await world.rpc('anvil_mine', '0x40');
    watcher.poke();
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    const burnLater = await world.burn();
    const trackedLater = watcher.track(burnLater);
    await world.execute([burnLater]);
    await world.rpc('anvil_mine', '0x190'); // more than it follows
    watcher.poke();
    expect(await next(trackedLater)).toMatchObject({ kind: 'final' });
  });

  it('is told as dropped when a reorg removes it, and as final when the same bytes are in again', async () => {
    const watcher = watch(confirmed(3));
    const burn = await world.burn();
    const raw = await world.sign([burn]);
    const tracked = watcher.track(burn);
    await seenAfter(watcher, world, mineOne); // it knows the block before
    const { number } = (await seenAfter(watcher, world, () => world.send(raw))).latest;
    const reorged = await seenAfter(watcher, world, () => world.rpc('anvil_reorg', 1, []));
    expect(reorged).toMatchObject({ reorgedAbove: number - 1n, pastFinality: false });
    expect(await next(tracked)).toEqual({ kind: 'dropped', transactionHash: keccak256(raw) });
    await world.send(raw);
    await world.rpc('anvil_mine', '0x2');
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number: number + 1n } });
  });

  it('is told as dropped when its block is taken back and none takes its place', async () => {
    const watcher = watch(confirmed(3));
    const burn = await world.burn();
    const raw = await world.sign([burn]);
    const tracked = watcher.track(burn);
    await seenAfter(watcher, world, mineOne); // it knows the block before
    const { number } = (await seenAfter(watcher, world, () => world.send(raw))).latest;
    await world.rpc('anvil_rollback', 1);
    expect(await next(tracked)).toEqual({ kind: 'dropped', transactionHash: keccak256(raw) });
    expect(watcher.latestBlock()?.number).toBe(number - 1n);
  });

  it('is not told as dropped when the reorg includes it again', async () => {
    // So slow that no three looks fall into the reorg itself, in which the node really shows the blocks gone.
    const watcher = watch(confirmed(3), { pollIntervalMs: 400 });
    const burn = await world.burn();
    const raw = await world.sign([burn]);
    const tracked = watcher.track(burn);
    await seenAfter(watcher, world, mineOne); // it knows the block before
    const { number } = (await seenAfter(watcher, world, () => world.send(raw))).latest;
    await seenAfter(watcher, world, mineOne);
    // Two blocks again, and the transaction in the second of them.
    const reorged = await seenAfter(watcher, world, () => world.rpc('anvil_reorg', 2, [[raw, 1]]));
    expect(reorged).toMatchObject({ reorgedAbove: number - 1n, latest: { number: number + 1n } });
    await world.rpc('anvil_mine', '0x2');
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number: number + 1n } });
  });

  it('makes a reorg past finality known', async () => {
    const watcher = watch(confirmed(3));
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    await world.execute([burn]);
    await world.rpc('anvil_mine', '0x2');
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    const gone = await seenAfter(watcher, world, () => world.rpc('anvil_reorg', 4, []));
    expect(gone).toMatchObject({ pastFinality: true });
    await world.execute([burn]); // as the same bytes again
    await world.rpc('anvil_mine', '0x2');
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
  });
});

describe('an operation on a chain that is final by the tag of its node', () => {
  it('is told when the node names its block final', async () => {
    const watcher = watch({ kind: 'finalized' });
    const burn = await world.burn();
    const tracked = watcher.track(burn);
    const { number } = (await seenAfter(watcher, world, () => world.execute([burn]))).latest;
    expect(await toldSoFar(tracked)).toEqual([]);
    await world.rpc('anvil_mine', '0x2');
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number } });
  });
});

describe('a real chain that takes back what was final', () => {
  const heardBy = (watcher: BlockWatcher): Contradiction[] => {
    const heard: Contradiction[] = [];
    watcher.onContradiction((one) => heard.push(one));
    return heard;
  };
  const until = async (watcher: BlockWatcher, holds: () => boolean): Promise<void> => {
    const deadline = performance.now() + 20_000;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error('waited 20 s');
      watcher.poke();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /**
   * The final block once the watcher knows the head. A burn is in the fifth block from the top: without it the blocks are others,
   * while anvil makes empty ones anew as they were.
   */
  async function settled(watcher: BlockWatcher): Promise<{ number: bigint; hash: Hex }> {
    await world.execute([await world.burn()]);
    await world.rpc('anvil_mine', '0x4');
    const { hash } = await world.head();
    await until(watcher, () => watcher.latestBlock()?.hash === hash && watcher.finalBlock() !== null);
    const { number, hash: finalHash } = watcher.finalBlock() as { number: bigint; hash: Hex };
    return { number, hash: finalHash };
  }
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['confirmations', confirmed(3)],
    ['its tag', { kind: 'finalized' }],
  ] as const)('by a reorg deeper than %s is told of', async (_, finality) => {
    const watcher = watch(finality);
    const heard = heardBy(watcher);
    const from = await settled(watcher);
    await world.rpc('anvil_reorg', 5, []);
    await until(watcher, () => heard.length > 0);
    expect(heard[0]).toMatchObject({ chain: 'alder', from });
    expect(heard[0]?.to.hash).not.toBe(from.hash);
    expect(watcher.contradiction()).toEqual(heard[0]);
  });

  it('by a rollback is told of once the lower head has stood for half a minute', async () => {
    const watcher = watch(confirmed(3));
    const heard = heardBy(watcher);
    const from = await settled(watcher);
    await world.rpc('anvil_rollback', 5);
    const { number } = await world.head();
    const before = Date.now();
    for (let poke = 0; poke < 10; poke++) {
      watcher.poke();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(heard).toEqual([]);
    jest.spyOn(Date, 'now').mockImplementation(() => before + 60_000);
    await until(watcher, () => heard.length > 0);
    expect(heard).toMatchObject([{ kind: 'finalizedRegressed', from, to: { number: number - 2n } }]);
  });

  it('by its `finalized` alone is told of after half a minute, and what was final stays so', async () => {
    const proxy = await createFaultyProxy(world.deployed.rpcUrl);
    toClose.push(proxy);
    const watcher = watch({ kind: 'finalized' }, { rpcUrl: proxy.url });
    const heard = heardBy(watcher);
    const from = await settled(watcher);
    const lower = await world.rpc<{ number: Hex }>(
      'eth_getBlockByNumber',
      `0x${(from.number - 4n).toString(16)}`,
      false,
    );
    proxy.be({ kind: 'lie', lie: ({ params }, truth) => (params[0] === 'finalized' ? lower : truth) });
    await until(watcher, () => proxy.requests > 0);
    const before = Date.now();
    proxy.reset();
    await until(watcher, () => proxy.requests > 3);
    expect(heard).toEqual([]);
    jest.spyOn(Date, 'now').mockImplementation(() => before + 60_000);
    await until(watcher, () => heard.length > 0);
    expect(heard).toMatchObject([{ kind: 'finalizedRegressed', from, to: { number: from.number - 4n } }]);
    expect(watcher.finalBlock()).toMatchObject(from);
  });
});

describe('fifty operations in one transaction', () => {
  it.each([1, 3])('are all told at one block, with %i confirmations', async (confirmations) => {
    const watcher = watch(confirmed(confirmations));
    const burns = await Promise.all(Array.from({ length: 50 }, () => world.burn()));
    const tracked = burns.map((burn) => watcher.track(burn));
    await world.execute(burns);
    if (confirmations > 1) await world.rpc('anvil_mine', `0x${(confirmations - 1).toString(16)}`);
    const sightings = await Promise.all(tracked.map(next));
    expect(new Set(sightings.map(({ kind }) => kind))).toEqual(new Set(['final']));
    expect(new Set(sightings.map((one) => ('block' in one ? one.block.hash : null))).size).toBe(1);
  });
});

describe('the cost of a block', () => {
  it('is one request with nothing tracked, and the same few with one operation and with fifty', async () => {
    const proxy = await createFaultyProxy(world.deployed.rpcUrl);
    toClose.push(proxy);
    // A poke that came during a look brings one look more; nothing announces that none is due.
    const quiet = async (): Promise<void> => {
      for (let seen = -1; seen !== proxy.requests; await new Promise((resolve) => setTimeout(resolve, 60))) {
        seen = proxy.requests;
      }
    };
    const cost = async (act: () => Promise<void>): Promise<{ requests: number; calls: number }> => {
      await quiet();
      proxy.reset();
      await act();
      await quiet();
      return { requests: proxy.requests, calls: proxy.methods.length };
    };
    const table: Record<string, { requests: number; calls: number }> = {};
    for (const count of [0, 1, 50]) {
      const watcher = watch(confirmed(1), { rpcUrl: proxy.url, pollIntervalMs: 600_000 });
      const burns = await Promise.all(Array.from({ length: count }, () => world.burn()));
      const tracked = burns.map((burn) => watcher.track(burn));
      const block = async (send: () => Promise<unknown>): Promise<void> => {
        if (count > 0) {
          await seenAfter(watcher, world, send);
          return;
        }
        // Whoever hears of blocks makes it read more than the head.
        await send();
        const { hash } = await world.head();
        watcher.poke();
        while (watcher.latestBlock()?.hash !== hash) await new Promise(setImmediate);
      };
      await block(mineOne); // it knows the chain now
      await block(mineOne);
      table[`${count} tracked, a block of others`] = await cost(() => block(mineOne));
      if (count === 0) continue;
      table[`${count} tracked, the block with them all`] = await cost(() => block(() => world.execute(burns)));
      expect((await Promise.all(tracked.map(next))).every(({ kind }) => kind === 'final')).toBe(true);
    }
    console.info(`RPC of one look at one new block: ${JSON.stringify(table, null, 1)}`);
    expect(table).toEqual({
      '0 tracked, a block of others': { requests: 1, calls: 1 },
      '1 tracked, a block of others': { requests: 2, calls: 2 },
      '1 tracked, the block with them all': { requests: 3, calls: 3 },
      '50 tracked, a block of others': { requests: 2, calls: 2 },
      '50 tracked, the block with them all': { requests: 3, calls: 3 },
    });
  });
});

describe('a node that goes and comes back', () => {
  it('fails nobody but who will not wait longer, and the watcher goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watcher-'));
    const options = { name: 'cedar', chainId: 31_337, guard, statePath: join(folder, 'state.json') };
    const node = await startAnvil(options);
    const other = await startAnvil({ name: 'dogwood', chainId: 31_338, guard });
    const cedar = await deployWatchedChain([node, other]);
    await cedar.rpc('anvil_mine', '0x4');
    const watcher = createBlockWatcher(cedar.chain(confirmed(3)));
    toClose.push(watcher);
    const burn = await cedar.burn();
    const tracked = watcher.track(burn);
    const { number, hash } = (await seenAfter(watcher, cedar, () => cedar.execute([burn]))).latest;

    await node.stop();
    while (watcher.failingSinceMs() === null) await new Promise((resolve) => setTimeout(resolve, 10));
    const given = new AbortController();
    const wait = tracked.next(given.signal);
    given.abort();
    await expect(wait).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE', retryable: true });

    const port = Number(new URL(node.rpcUrl).port);
    const again = await startAnvil({ ...options, port });
    expect(again.rpcUrl).toBe(node.rpcUrl);
    const found = await rpcCall<{ hash: Hex }>(again.rpcUrl, 'eth_getBlockByNumber', [
      `0x${number.toString(16)}`,
      false,
    ]);
    expect(found.hash).toBe(hash);
    await cedar.rpc('anvil_mine', '0x3'); // a loaded chain is only readable from its latest block on
    expect(await next(tracked)).toMatchObject({ kind: 'final', slot: { state: 'Burned' } });
    await seenAfter(watcher, cedar, () => cedar.rpc('anvil_mine', '0x1'));
    expect(watcher.failingSinceMs()).toBeNull();
    await Promise.all([again.stop(), other.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });
});
