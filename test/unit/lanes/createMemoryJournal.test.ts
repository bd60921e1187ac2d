import { TransientError } from '../../../src/domain/errors';
import { operationKinds } from '../../../src/domain/slot';
import { createMemoryJournal } from '../../../src/lanes/createMemoryJournal';
import type { OperationKey } from '../../../src/lanes/journal';
import { executionOf, transactionOf } from './fakeChain';

const key: OperationKey = {
  chainId: 1,
  settlementKey: `0x${'11'.repeat(32)}`,
  fingerprint: `0x${'22'.repeat(32)}`,
  kind: 'Burn',
  attempt: 0,
};
const keyNumber = (n: number): OperationKey => ({ ...key, fingerprint: `0x${n.toString(16).padStart(64, '0')}` });
/** As many as are remembered; one more and the oldest goes. */
const mostEntries = 50_000;
const filler = transactionOf(0);

describe('what the journal in memory knows', () => {
  it('is everything about an activity whose executions all ran here', async () => {
    const journal = createMemoryJournal();
    for (const attempt of [1, 2, 3, 4]) expect(await journal.open(executionOf(attempt))).toBe(true);
  });

  it('is not everything about one that began elsewhere', async () => {
    const journal = createMemoryJournal();
    expect(await journal.open(executionOf(2))).toBe(false);
    // And never will be, however many run here from now on.
    expect(await journal.open(executionOf(3))).toBe(false);
    expect(await journal.open(executionOf(4))).toBe(false);
  });

  it('is not everything about one that was elsewhere in between', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    expect(await journal.open(executionOf(3))).toBe(false);
    expect(await journal.open(executionOf(4))).toBe(false);
  });

  it('is not everything when one execution is opened a second time', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    await journal.open(executionOf(2));
    expect(await journal.open(executionOf(2))).toBe(false);
  });

  it('is told apart by run and by activity', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1, '1', 'run-1'));
    expect(await journal.open(executionOf(2, '2', 'run-1'))).toBe(false);
    expect(await journal.open(executionOf(2, '1', 'run-2'))).toBe(false);
    expect(await journal.open(executionOf(2, '1', 'run-1'))).toBe(true);
  });
});

describe('what was recorded', () => {
  it('is found by its operation, oldest first', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    for (const nonce of [4, 5, 7]) await journal.record(executionOf(1), key, transactionOf(nonce));
    expect((await journal.find(key)).map(({ nonce }) => nonce)).toEqual([4, 5, 7]);
  });

  it('is found by no other chain, settlement, kind or attempt', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    await journal.record(executionOf(1), key, transactionOf(1));
    const others: OperationKey[] = [
      { ...key, chainId: 2 },
      { ...key, fingerprint: `0x${'12'.repeat(32)}` }, // another order, under the same id or another
      { ...key, attempt: 1 },
      ...operationKinds.filter((kind) => kind !== 'Burn').map((kind) => ({ ...key, kind })),
    ];
    for (const other of others) expect(await journal.find(other)).toEqual([]);
  });

  it('is found by later executions too', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    await journal.record(executionOf(1), key, transactionOf(1));
    await journal.open(executionOf(2));
    await journal.record(executionOf(2), key, transactionOf(2));
    expect(await journal.find(key)).toEqual([transactionOf(1), transactionOf(2)]);
  });

  it('is kept in this journal alone', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    await journal.record(executionOf(1), key, transactionOf(1));
    expect(await createMemoryJournal().find(key)).toEqual([]);
  });
});

describe('an execution that a later one has taken over from', () => {
  it('records nothing more, and learns that nothing is decided', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    await journal.open(executionOf(2));
    const refused: unknown = await journal
      .record(executionOf(1), key, transactionOf(1))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TransientError);
    expect(refused).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await journal.find(key)).toEqual([]);
    await journal.record(executionOf(2), key, transactionOf(2));
    expect(await journal.find(key)).toEqual([transactionOf(2)]);
  });

  it('does not stop the other activities of its run', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1, '1'));
    await journal.open(executionOf(1, '2'));
    await journal.open(executionOf(2, '2'));
    await expect(journal.record(executionOf(1, '1'), key, transactionOf(1))).resolves.toBeUndefined();
  });

  it('records nothing if it was never opened', async () => {
    const journal = createMemoryJournal();
    await expect(journal.record(executionOf(1), key, transactionOf(1))).rejects.toThrow(TransientError);
  });

  it('does not take over again by being opened late', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(2));
    await journal.open(executionOf(1)).catch(() => undefined);
    await expect(journal.record(executionOf(1), key, transactionOf(1))).rejects.toThrow(TransientError);
    await expect(journal.record(executionOf(2), key, transactionOf(2))).resolves.toBeUndefined();
  });
});

describe('forgetting', () => {
  it('begins with the oldest, once there are too many', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1));
    for (let n = 0; n < mostEntries; n++) await journal.record(executionOf(1), keyNumber(n), filler);
    expect(await journal.find(keyNumber(0))).toHaveLength(1);
    await journal.record(executionOf(1), keyNumber(mostEntries), transactionOf(1));
    expect(await journal.find(keyNumber(0))).toEqual([]);
    expect(await journal.find(keyNumber(1))).toHaveLength(1);
    expect(await journal.find(keyNumber(mostEntries))).toHaveLength(1);
  });

  it('costs an activity its completeness', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1, 'old'));
    for (let n = 0; n < mostEntries; n++) await journal.open(executionOf(1, `activity-${n}`));
    expect(await journal.open(executionOf(2, 'old'))).toBe(false);
  });

  it('spares an activity that goes on', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1, 'old'));
    for (let n = 0; n < mostEntries - 1; n++) await journal.open(executionOf(1, `activity-${n}`));
    expect(await journal.open(executionOf(2, 'old'))).toBe(true);
    for (let n = 0; n < mostEntries - 1; n++) await journal.open(executionOf(1, `later-${n}`));
    expect(await journal.open(executionOf(3, 'old'))).toBe(true);
  });

  it('never leaves an activity complete whose transactions were forgotten', async () => {
    const journal = createMemoryJournal();
    await journal.open(executionOf(1, 'slow'));
    await journal.record(executionOf(1, 'slow'), key, transactionOf(1));
    await journal.open(executionOf(1, 'busy'));
    for (let n = 0; n < mostEntries; n++) await journal.record(executionOf(1, 'busy'), keyNumber(n), filler);

    const complete = await journal.open(executionOf(2, 'slow'));
    const found = await journal.find(key);
    expect({ complete, found: found.length }).not.toEqual({ complete: true, found: 0 });
  });
});
