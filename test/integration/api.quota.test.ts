import { Client } from 'pg';
import { createApiLedger, type ApiLedger } from '../../src/ledger/createApiLedger';
import { entryOf, settlementIn, signer, startTestLedger, type TestLedger } from '../support/testLedger';

/** Places among a holder's open settlements, as the ledger gives them out. Real Postgres, real transactions. */
describe('reserveSubmission', () => {
  let its: TestLedger;
  let ledger: ApiLedger;
  beforeEach(async () => {
    its = await startTestLedger();
    ledger = createApiLedger({ databaseUrl: its.url });
  });
  afterEach(async () => {
    await ledger.close();
    await its.close();
  });

  const reserve = (settlementId: string, maxOpen: number, holder = 'h') =>
    ledger.reserveSubmission({ settlementId, holder, maxOpen });

  test('the last place is given once, though two ask for it at the same time', async () => {
    const first = new Client(its.url);
    await first.connect();
    await first.query('begin');
    await first.query(`select api.reserve('a-1', 'h', 1)`);
    // Not committed: who asks now must wait for what becomes of it.
    const second = reserve('a-2', 1);
    const other = await reserve('b-1', 1, 'another');
    await first.query('commit');
    expect(other).toBe('reserved');
    expect(await second).toBe('full');
    await first.end();
  });

  test('who has a place keeps it; what was refused gives it back; what is accepted counts until it ends', async () => {
    expect([await reserve('a-1', 1), await reserve('a-1', 1), await reserve('a-2', 1)]).toEqual([
      'reserved',
      'known',
      'full',
    ]);
    await ledger.releaseSubmission('a-1');
    expect(await reserve('a-2', 1)).toBe('reserved');
    await ledger.keepAnswer({
      ...(await settlementIn(its.ledger, 'PROCESSING')).record,
      settlementId: 'a-2',
      holder: 'h',
    });
    await ledger.releaseSubmission('a-2');
    expect(await reserve('a-3', 1)).toBe('full'); // an answer that was given is not taken back
  });

  test('rows of the ledger count while they are open, and a submission that entered counts once', async () => {
    const entry = entryOf();
    const id = entry.order.settlementId;
    expect(await reserve(id, 2, signer)).toBe('reserved');
    await its.ledger.enter(entry);
    expect(await reserve('x-2', 2, signer)).toBe('reserved');
    expect(await reserve('x-3', 2, signer)).toBe('full');
    await settlementIn(its.ledger, 'FAILED', entry);
    expect(await reserve('x-3', 2, signer)).toBe('reserved');
  });

  test('the first answer is the answer', async () => {
    const { record } = await settlementIn(its.ledger, 'PROCESSING');
    expect(await ledger.keepAnswer(record)).toEqual(record);
    expect(await ledger.keepAnswer({ ...record, createdAt: '2000-01-01T00:00:00.000Z' })).toEqual(record);
  });
});
