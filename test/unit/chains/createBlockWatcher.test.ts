import { keccak256, toHex, type Hex } from 'viem';
import {
  createBlockWatcher,
  type BlockNews,
  type BlockWatcher,
  type Contradiction,
  type Sighting,
  type Tracked,
  type TrackedOperation,
} from '../../../src/chains/createBlockWatcher';
import { createFakeBlocks, type FakeBlocks, type FakeEvent, type Question } from './fakeBlocks';

const hashOf = (text: string): Hex => keccak256(toHex(text));
const burnOf = (id: string): TrackedOperation => ({
  settlementKey: hashOf(id),
  fingerprint: hashOf(`order ${id}`),
  kind: 'Burn',
  attempt: 0,
});
const burn = burnOf('one');
const transactionHash = hashOf('transaction');
const applied: FakeEvent = { name: 'OperationApplied', operation: burn, transactionHash };
const refused: FakeEvent = { name: 'OperationRefused', operation: burn, transactionHash };

let watcher: BlockWatcher;
let troubles: unknown[];
afterEach(() => {
  watcher.close();
  jest.restoreAllMocks();
});

function watch(fake: FakeBlocks): BlockWatcher {
  troubles = [];
  watcher = createBlockWatcher(fake.chain, { onTrouble: (error) => troubles.push(error) });
  return watcher;
}

const next = (tracked: Tracked): Promise<Sighting> => tracked.next(AbortSignal.timeout(5_000));

/** Looks until what the last look has seen holds; every look asks the fake, so this ends or the test does. */
async function lookUntil(holds: () => boolean): Promise<void> {
  while (!holds()) {
    watcher.poke();
    await new Promise(setImmediate);
  }
}

/** So many looks more, each begun and ended; the very first of a watcher reads the head alone. */
async function looks(fake: FakeBlocks, count: number): Promise<void> {
  const heads = (): number => fake.asked.filter((question) => question === 'latest').length;
  const wanted = heads() + count + 1;
  await lookUntil(() => heads() >= wanted);
}

async function toldSoFar(tracked: Tracked): Promise<Sighting[]> {
  const told: Sighting[] = [];
  for (;;) {
    const given = new AbortController();
    const wait = tracked.next(given.signal);
    given.abort();
    try {
      told.push(await wait);
    } catch {
      return told;
    }
  }
}

/** Breaks off at the first `times` of this question from now on. */
function breakAt(fake: FakeBlocks, wanted: Question, times = 1): void {
  let left = times;
  fake.onAsk((question) => {
    if (question !== wanted || left === 0) return;
    left -= 1;
    throw new Error(`connection reset at ${wanted}`);
  });
}

describe('a look that is cut off', () => {
  it.each(['latest', 'logs', 'slot'] as const)('at %s is made up for: nothing is lost', async (question) => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    breakAt(fake, question, 2);
    const block = fake.mine(applied);
    watcher.poke();
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { hash: block.hash } });
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });

  it('at the blocks between is made up for', async () => {
    const fake = createFakeBlocks(3);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    breakAt(fake, 'block', 2);
    const block = fake.mine(applied);
    for (let more = 0; more < 5; more++) fake.mine();
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    expect(watcher.finalBlock()?.number).toBe(block.number + 3n);
  });

  it('does not lose a refusal, and tells it once', async () => {
    const fake = createFakeBlocks(2);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    fake.mine(refused);
    fake.mine();
    breakAt(fake, 'slot', 1);
    expect(await next(tracked)).toMatchObject({ kind: 'refused', transactionHash, slot: { state: 'None' } });
    fake.mine();
    await looks(fake, 3);
    expect(await toldSoFar(tracked)).toEqual([]);
  });
});

describe('a reorg in the middle of a look', () => {
  it('after the head was read: the slot is never read from the block that is gone', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    let isDone = false;
    fake.onAsk((question) => {
      if (question !== 'logs' || isDone) return;
      isDone = true;
      fake.drop(1); // the block whose events are asked for
      fake.mine();
    });
    fake.mine(applied);
    watcher.poke();
    await lookUntil(() => isDone);
    await looks(fake, 3);
    expect(await toldSoFar(tracked)).toEqual([]);
    fake.mine(applied);
    expect(await next(tracked)).toMatchObject({ kind: 'final', block: { number: 2n } });
  });

  it('between events and slot: what applied only in the block that is gone is not told', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    let isDone = false;
    fake.onAsk((question) => {
      if (question !== 'slot' || isDone) return;
      isDone = true;
      fake.drop(1);
      fake.mine();
    });
    fake.mine(applied);
    await lookUntil(() => isDone);
    expect(await next(tracked)).toEqual({ kind: 'dropped', transactionHash });
    await looks(fake, 3);
    expect(await toldSoFar(tracked)).toEqual([]);
  });

  it('whose telling is cut off is told with the next look', async () => {
    const fake = createFakeBlocks(3);
    const tracked = watch(fake).track(burn);
    const news: BlockNews[] = [];
    watcher.onBlock((one) => news.push(one));
    fake.mine(applied);
    await lookUntil(() => watcher.latestBlock()?.number === 1n);
    await looks(fake, 2);
    breakAt(fake, 'logs', 2);
    fake.drop(1);
    fake.mine();
    fake.mine();
    expect(await next(tracked)).toEqual({ kind: 'dropped', transactionHash });
    expect(news.filter(({ reorgedAbove }) => reorgedAbove === 0n)).toHaveLength(1);
  });
});

describe('a node that lags', () => {
  it('by a block for one look is no reorg', async () => {
    const fake = createFakeBlocks(3, 60_000);
    const tracked = watch(fake).track(burn);
    const news: BlockNews[] = [];
    watcher.onBlock((one) => news.push(one));
    fake.mine();
    fake.mine(applied);
    await lookUntil(() => watcher.latestBlock()?.number === 2n);
    await looks(fake, 2);
    fake.showHead(1n);
    await looks(fake, 10);
    expect(watcher.latestBlock()?.number).toBe(2n);
    fake.showHead(null);
    fake.mine();
    fake.mine();
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    expect(news.every(({ reorgedAbove, pastFinality }) => reorgedAbove === null && !pastFinality)).toBe(true);
  });

  it('below the final block changes nothing for half a minute; then the chain has lost its final blocks', async () => {
    const fake = createFakeBlocks(1);
    watch(fake);
    const news: BlockNews[] = [];
    watcher.onBlock((one) => news.push(one));
    for (let block = 0; block < 5; block++) {
      fake.mine();
      await lookUntil(() => watcher.latestBlock()?.number === BigInt(block + 1));
    }
    fake.showHead(2n);
    await looks(fake, 20);
    expect(watcher.finalBlock()?.number).toBe(5n);
    const later = Date.now() + 31_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    await lookUntil(() => news.some(({ pastFinality }) => pastFinality));
    expect(watcher.finalBlock()?.number).toBe(2n);
  });

  it('with its events costs a delay, not the settlement', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    fake.hideLogs(true);
    fake.mine(applied);
    await lookUntil(() => watcher.finalBlock()?.number === 1n);
    await looks(fake, 5);
    expect(await toldSoFar(tracked)).toEqual([]);
    const later = Date.now() + 31_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    fake.mine();
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
  });
});

describe('a chain that does not answer', () => {
  it('is asked again and again, ever more slowly, and fails only who gives up waiting', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    breakAt(fake, 'latest', 4);
    await lookUntil(() => troubles.length >= 1);
    expect(watcher.failingSinceMs()).not.toBeNull();
    const given = new AbortController();
    const wait = tracked.next(given.signal);
    given.abort(new Error('enough'));
    await expect(wait).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE', retryable: true });
    fake.mine(applied);
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    expect(troubles).toHaveLength(4);
  });

  it('is not asked faster for being poked', async () => {
    const fake = createFakeBlocks(1, 60_000);
    watch(fake);
    breakAt(fake, 'latest', Infinity);
    await lookUntil(() => troubles.length === 1);
    for (let poke = 0; poke < 100; poke++) {
      watcher.poke();
      await new Promise(setImmediate);
    }
    expect(troubles).toHaveLength(1);
  });

  it('is no excuse where it answers: who gives up hears its own reason', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    const given = new AbortController();
    const wait = tracked.next(given.signal);
    given.abort(new Error('waited long enough'));
    await expect(wait).rejects.toThrow('waited long enough');
  });
});

describe('what is read', () => {
  it('is the head alone while nothing is tracked and nobody listens', async () => {
    const fake = createFakeBlocks(3);
    watch(fake);
    for (let block = 0; block < 5; block++) fake.mine();
    await looks(fake, 5);
    expect(new Set(fake.asked)).toEqual(new Set(['latest']));
  });

  it('is one slot for all that track it, and no slot that no event has touched', async () => {
    const fake = createFakeBlocks(1);
    watch(fake);
    const tracked = [burn, burn, { ...burn, kind: 'Refund' as const }].map((one) => watcher.track(one));
    watcher.track(burnOf('two'));
    await looks(fake, 2);
    const slots = (): number => fake.asked.filter((question) => question === 'slot').length;
    expect(slots()).toBe(2); // once each when they were new
    fake.mine(applied);
    expect(await next(tracked[0] as Tracked)).toMatchObject({ kind: 'final' });
    for (let block = 0; block < 5; block++) fake.mine();
    await looks(fake, 3);
    expect(slots()).toBe(3);
  });

  it('is nothing after it was closed, and who waited is let go', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    const wait = next(tracked);
    watcher.close();
    await expect(wait).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    const asked = fake.asked.length;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(fake.asked.length).toBe(asked);
  });

  it('goes on when a listener throws', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    watcher.onBlock(() => {
      throw new Error('of the listener');
    });
    fake.mine(applied);
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    await lookUntil(() => troubles.length > 0);
    expect(watcher.failingSinceMs()).toBeNull();
  });
});

describe('strangers who have an operation refused over and over', () => {
  it('do not crowd out what counts', async () => {
    const fake = createFakeBlocks(1);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    const refusals = Array.from({ length: 500 }, (_, n): FakeEvent => ({
      ...refused,
      transactionHash: hashOf(`${n}`),
    }));
    fake.mine(...refusals);
    await lookUntil(() => watcher.finalBlock()?.number === 1n);
    fake.mine(applied);
    await lookUntil(() => watcher.finalBlock()?.number === 2n);
    await looks(fake, 2);
    const told = await toldSoFar(tracked);
    expect(told.length).toBeLessThanOrEqual(64);
    expect(told.at(-1)).toMatchObject({ kind: 'final' });
  });
});

describe('a recent final block', () => {
  it('is known while somebody is interested, and not once the chain has been silent for a while', async () => {
    const fake = createFakeBlocks(1);
    watch(fake);
    await looks(fake, 2);
    expect(watcher.recentFinalBlock()).toBeNull(); // nobody has asked for any
    watcher.track(burn);
    const block = fake.mine();
    await lookUntil(() => watcher.finalBlock()?.hash === block.hash);
    expect(watcher.recentFinalBlock()).toMatchObject({ hash: block.hash });
    breakAt(fake, 'latest', Infinity);
    await lookUntil(() => watcher.recentFinalBlock() === null);
    expect(watcher.finalBlock()).toMatchObject({ hash: block.hash });
  });
});

describe('what was just sent', () => {
  it('is looked for again at once, long before the next poll', async () => {
    const fake = createFakeBlocks(1, 60_000);
    const tracked = watch(fake).track(burn);
    await looks(fake, 2);
    let since: number | null = null;
    fake.onAsk((question) => {
      if (question !== 'latest') return;
      since = since === null ? 0 : since + 1;
      if (since === 3) fake.mine(applied); // the node takes its time
    });
    watcher.poke();
    expect(await next(tracked)).toMatchObject({ kind: 'final' });
    // Then it is quiet again.
    const asked = fake.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(fake.asked.length).toBe(asked);
  });
});

describe('a chain that takes back what was final', () => {
  let heard: Contradiction[];

  /** Watched by one that waits for contradictions and nothing else, with five final blocks. */
  async function watched(fake: FakeBlocks): Promise<Hex> {
    watch(fake);
    heard = [];
    watcher.onContradiction((one) => heard.push(one));
    for (let number = 1n; number <= 5n; number++) {
      fake.mine();
      await lookUntil(() => watcher.finalBlock()?.number === number);
    }
    return watcher.finalBlock()?.hash ?? '0x';
  }

  it('with another block at its height is told of once, and says so from then on', async () => {
    const fake = createFakeBlocks(1);
    const hash = await watched(fake);
    expect(watcher.contradiction()).toBeNull();
    fake.drop(2);
    fake.mine();
    const { hash: other } = fake.mine();
    fake.mine();
    await lookUntil(() => heard.length > 0);
    const contradiction = {
      chain: 'alder',
      kind: 'finalizedReplaced',
      from: { number: 5n, hash },
      to: { number: 5n, hash: other },
    };
    fake.mine();
    await looks(fake, 3);
    expect(heard).toEqual([contradiction]);
    expect(watcher.contradiction()).toEqual(contradiction);
  });

  it('with a shorter branch is told of at once', async () => {
    const fake = createFakeBlocks(1);
    const hash = await watched(fake);
    fake.drop(3);
    const { hash: other } = fake.mine();
    await lookUntil(() => heard.length > 0);
    expect(heard).toEqual([
      { chain: 'alder', kind: 'finalizedRegressed', from: { number: 5n, hash }, to: { number: 3n, hash: other } },
    ]);
  });

  it('with nothing in its place is told of after half a minute: until then the node may lag', async () => {
    const fake = createFakeBlocks(1);
    const hash = await watched(fake);
    fake.showHead(2n);
    await looks(fake, 10);
    expect(heard).toEqual([]);
    const later = Date.now() + 31_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    await lookUntil(() => heard.length > 0);
    await looks(fake, 3);
    expect(heard).toMatchObject([{ kind: 'finalizedRegressed', from: { number: 5n, hash }, to: { number: 2n } }]);
  });

  it('for the second time is told of again; what it began with stays', async () => {
    const fake = createFakeBlocks(1);
    await watched(fake);
    for (const times of [1, 2]) {
      fake.drop(2);
      for (let block = 0; block < 3; block++) fake.mine();
      await lookUntil(() => heard.length === times);
    }
    expect(watcher.contradiction()).toBe(heard[0]);
  });

  it('while nobody looked is told of to the next that does', async () => {
    const fake = createFakeBlocks(1);
    watch(fake);
    const tracked = watcher.track(burn);
    for (let block = 0; block < 5; block++) fake.mine();
    await lookUntil(() => watcher.finalBlock()?.number === 5n);
    tracked.close();
    await looks(fake, 2);
    fake.drop(2);
    for (let block = 0; block < 4; block++) fake.mine();
    await looks(fake, 2);
    expect(watcher.contradiction()).toBeNull();
    watcher.track(burn);
    await lookUntil(() => watcher.contradiction() !== null);
    expect(watcher.contradiction()).toMatchObject({ kind: 'finalizedReplaced', from: { number: 5n } });
  });

  it('is not what an ordinary reorg does', async () => {
    const fake = createFakeBlocks(3);
    watch(fake);
    heard = [];
    watcher.onContradiction((one) => heard.push(one));
    for (let block = 0; block < 7; block++) fake.mine();
    await lookUntil(() => watcher.finalBlock()?.number === 5n);
    fake.drop(2);
    for (let block = 0; block < 4; block++) fake.mine();
    await lookUntil(() => watcher.finalBlock()?.number === 7n);
    expect(heard).toEqual([]);
    expect(watcher.contradiction()).toBeNull();
  });
});
