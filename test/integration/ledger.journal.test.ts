import { randomUUID } from 'node:crypto';
import type { OperationKind } from '../../src/domain/slot';
import type { Ledger } from '../../src/ledger/createLedger';
import { statuses, type SettlementStatus } from '../../src/domain/status';
import type { JournalRefusal, LaneLease } from '../../src/ledger/ledger';
import { laneKeyOf } from '../../src/ledger/transactions';
import {
  destinationChainId,
  entryOf,
  leaseLane,
  operationOf,
  settlementIn,
  sign,
  signer,
  sourceChainId,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

let own: TestLedger;
beforeAll(async () => {
  own = await startTestLedger();
});
afterAll(() => own.close());

/** A lane that no other test has. */
async function freshLane(chainId = sourceChainId): Promise<LaneLease> {
  const of = `0x${randomUUID().replaceAll('-', '')}00000000` as const;
  return leaseLane(own.ledger, { chainId, of });
}

const journaled = async (): Promise<number> =>
  Number((await own.query<{ count: string }>('select count(*) from ledger.transactions'))[0]?.count);

describe('flush', () => {
  it('journals one transaction with its operations, and moves their settlements', async () => {
    const lane = await freshLane();
    const [first, second] = [await settlementIn(own.ledger, 'PROCESSING'), await settlementIn(own.ledger, 'BURNING')];
    const operations = [operationOf(first, 'Burn'), operationOf(second, 'Burn')];
    let asked: unknown;
    const flushed = await own.ledger.flush(lane, operations, async (nonce, accepted) => {
      asked = { nonce, accepted };
      return sign(nonce);
    });
    expect(asked).toEqual({ nonce: 0, accepted: operations });
    expect(flushed).toMatchObject({ accepted: operations, refused: [], transaction: { nonce: 0, replacement: 0 } });
    for (const { record } of [first, second]) {
      expect((await own.ledger.find(record.settlementId))?.record.status).toBe('BURNING');
    }
    const key = { chainId: sourceChainId, fingerprint: first.fingerprint, kind: 'Burn', attempt: 0 } as const;
    const found = await own.ledger.transactionsOf(key);
    expect(found.map(({ signer, ...rest }) => ({ ...rest, signer: signer.toLowerCase() }))).toEqual([
      flushed.transaction,
    ]);
    expect(found[0]?.operations.map(({ settlementId }) => settlementId)).toEqual(
      operations.map((one) => one.settlementId),
    );
    for (const other of [
      { chainId: 1 },
      { attempt: 1 },
      { kind: 'Mint' as const },
      { fingerprint: second.fingerprint, attempt: 1 },
    ]) {
      expect(await own.ledger.transactionsOf({ ...key, ...other })).toEqual([]);
    }
    expect(await own.ledger.openTransactions(lane)).toEqual(found);
  });

  it('counts nonces for itself, and begins where the chain is when that is further', async () => {
    const lane = await freshLane();
    const nonces: (number | undefined)[] = [];
    for (const atLeastNonce of [7, 0, 8, 20, undefined]) {
      const settlement = await settlementIn(own.ledger, 'PROCESSING');
      const options = atLeastNonce === undefined ? {} : { atLeastNonce };
      nonces.push((await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign, options)).transaction?.nonce);
    }
    expect(nonces).toEqual([7, 8, 9, 20, 21]);
  });

  it('judges each operation by itself; the refused ones change nothing', async () => {
    const lane = await freshLane();
    const good = await settlementIn(own.ledger, 'PROCESSING');
    const bad = await settlementIn(own.ledger, 'BURNED');
    const operations = [operationOf(bad, 'Burn'), operationOf(good, 'Burn'), operationOf(bad, 'Refund')];
    const { accepted, refused, transaction } = await own.ledger.flush(lane, operations, sign);
    expect(accepted).toEqual([operations[1]]);
    expect(refused).toEqual([
      { operation: operations[0], reason: 'status' },
      { operation: operations[2], reason: 'status' },
    ]);
    expect(transaction?.operations).toHaveLength(1);
    expect((await own.ledger.find(bad.record.settlementId))?.record.status).toBe('BURNED');
  });

  it('uses no nonce when everything is refused', async () => {
    const lane = await freshLane();
    const bad = await settlementIn(own.ledger, 'COMPLETED');
    const before = await journaled();
    const never = jest.fn();
    const flushed = await own.ledger.flush(lane, [operationOf(bad, 'Burn')], never);
    expect(flushed).toMatchObject({ transaction: null, accepted: [], refused: [{ reason: 'status' }] });
    expect(await own.ledger.flush(lane, [], never)).toEqual({ transaction: null, accepted: [], refused: [] });
    expect(never).not.toHaveBeenCalled();
    expect(await journaled()).toBe(before);
  });

  const allowed: Record<OperationKind, readonly SettlementStatus[]> = {
    Burn: ['PROCESSING', 'BURNING'],
    Mint: ['BURNED', 'MINTING'],
    Refund: ['COMPENSATING'],
    CancelMint: ['COMPENSATING'],
    ReverseMint: ['MINTED', 'COMPLETED', 'COMPENSATING'],
  };
  it.each(Object.keys(allowed) as OperationKind[])('journals a %s only in its statuses', async (kind) => {
    const lane = await freshLane();
    for (const status of statuses.filter((one) => one !== 'PENDING')) {
      const settlement = await settlementIn(own.ledger, status);
      const { refused, transaction } = await own.ledger.flush(lane, [operationOf(settlement, kind)], sign);
      const verdict = refused[0]?.reason ?? 'accepted';
      expect([status, verdict]).toEqual([status, allowed[kind].includes(status) ? 'accepted' : 'status']);
      expect(transaction === null).toBe(verdict !== 'accepted');
      const afterwards = (await own.ledger.find(settlement.record.settlementId))?.record.status;
      const moves = { PROCESSING: 'BURNING', BURNED: 'MINTING' } as Partial<Record<SettlementStatus, SettlementStatus>>;
      expect(afterwards).toBe(verdict === 'accepted' ? (moves[status] ?? status) : status);
    }
  });

  it.each<OperationKind>(['Burn', 'Mint', 'Refund', 'CancelMint', 'ReverseMint'])(
    'refuses a %s of another attempt, another owner, another order, or that never entered',
    async (kind) => {
      const lane = await freshLane();
      const settlement = await settlementIn(own.ledger, allowed[kind][0] as SettlementStatus);
      const operation = operationOf(settlement, kind);
      const reasonOf = async (edit: object): Promise<JournalRefusal | undefined> =>
        (await own.ledger.flush(lane, [{ ...operation, ...edit }], sign)).refused[0]?.reason;
      expect(await reasonOf({ attempt: 1 })).toBe('otherAttempt');
      expect(await reasonOf({ owner: { ...operation.owner, runId: 'run-0' } })).toBe('owner');
      expect(await reasonOf({ owner: { ...operation.owner, fence: 2 } })).toBe('owner');
      expect(await reasonOf({ fingerprint: `0x${'00'.repeat(32)}` })).toBe('notInLedger');
      expect(await reasonOf({ settlementId: 'nobody' })).toBe('notInLedger');
      expect(await reasonOf({})).toBeUndefined();
    },
  );

  it('writes nothing when signing fails, and says why as it was said', async () => {
    const lane = await freshLane();
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const failure = new Error('connection to the signer timed out');
    const fail = () => Promise.reject(failure);
    await expect(own.ledger.flush(lane, [operationOf(settlement, 'Burn')], fail)).rejects.toBe(failure);
    const thrown = () => {
      throw failure;
    };
    await expect(own.ledger.flush(lane, [operationOf(settlement, 'Burn')], thrown)).rejects.toBe(failure);
    expect((await own.ledger.find(settlement.record.settlementId))?.record.status).toBe('PROCESSING');
    expect(await own.ledger.openTransactions(lane)).toEqual([]);
    expect((await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign)).transaction?.nonce).toBe(0);
  });

  it('takes no hash twice', async () => {
    const lane = await freshLane();
    const signed = await sign(0);
    await own.ledger.flush(
      lane,
      [operationOf(await settlementIn(own.ledger, 'PROCESSING'), 'Burn')],
      async () => signed,
    );
    const again = await settlementIn(own.ledger, 'PROCESSING');
    await expect(own.ledger.flush(lane, [operationOf(again, 'Burn')], async () => signed)).rejects.toThrow(
      /transactions_hash/,
    );
    expect((await own.ledger.find(again.record.settlementId))?.record.status).toBe('PROCESSING');
  });

  it('survives text that would end an SQL literal', async () => {
    const lane = await freshLane();
    const settlement = await settlementIn(own.ledger, 'PROCESSING', { runId: `'; drop schema ledger cascade; --\\` });
    expect((await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign)).accepted).toHaveLength(1);
    const stranger = { ...lane, holder: `' or true --` };
    await expect(own.ledger.flush(stranger, [operationOf(settlement, 'Burn')], sign)).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
  });

  it('of one lane gives every nonce once, however many flush at once', async () => {
    const lane = await freshLane();
    const other = own.another();
    const settlements = await Promise.all(Array.from({ length: 60 }, () => settlementIn(own.ledger, 'PROCESSING')));
    const flushes = await Promise.all(
      settlements.map((settlement, index) =>
        (index % 2 ? other : own.ledger).flush(lane, [operationOf(settlement, 'Burn')], sign),
      ),
    );
    const nonces = flushes.map(({ transaction }) => transaction?.nonce ?? -1).sort((a, b) => a - b);
    expect(nonces).toEqual(Array.from({ length: 60 }, (_, nonce) => nonce));
  });

  it('of two lanes with the same settlements in opposite orders does not deadlock', async () => {
    const lanes = [await freshLane(), await freshLane(destinationChainId)];
    const settlements = await Promise.all(Array.from({ length: 30 }, () => settlementIn(own.ledger, 'COMPENSATING')));
    const refunds = settlements.map((settlement) => operationOf(settlement, 'Refund'));
    const cancels = settlements.map((settlement) => operationOf(settlement, 'CancelMint')).reverse();
    for (let round = 0; round < 10; round++) {
      const both = await Promise.all([
        own.ledger.flush(lanes[0] as LaneLease, refunds, sign),
        own.ledger.flush(lanes[1] as LaneLease, cancels, sign),
      ]);
      expect(both.map(({ accepted }) => accepted.length)).toEqual([30, 30]);
    }
    const [row] = await own.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(row?.deadlocks).toBe('0');
  });
});

describe("a lane's lease", () => {
  it('lost to another holder, or expired by the database’s clock, lets nothing be written', async () => {
    const lane = await freshLane();
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const operations = [operationOf(settlement, 'Burn')];
    const lost = { code: 'LEASE_LOST', retryable: true };
    await own.ledger.flush(lane, operations, sign);
    for (const wrong of [
      { fence: lane.fence + 1 },
      { fence: lane.fence - 1 },
      { holder: 'worker-2' },
      { chainId: 1 },
    ]) {
      await expect(own.ledger.flush({ ...lane, ...wrong }, operations, sign)).rejects.toMatchObject(lost);
    }
    await own.query(
      `update ledger.leases set expires_at = clock_timestamp() where holder = 'worker-1' and fence = $1`,
      [lane.fence],
    );
    const before = await journaled();
    await expect(own.ledger.flush(lane, operations, sign)).rejects.toMatchObject(lost);
    await expect(own.ledger.replace(lane, 0, operations, sign)).rejects.toMatchObject(lost);
    await expect(own.ledger.finalizeNonces(lane, 1)).rejects.toMatchObject(lost);
    expect(await journaled()).toBe(before);
  });

  it('cannot be taken over while a flush is under way, not even when its time is over meanwhile', async () => {
    const of = `0x${randomUUID().replaceAll('-', '')}00000000` as const;
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const lane = await leaseLane(own.ledger, { of, ttlMs: 1_000 });
    let taken: Promise<LaneLease> | undefined;
    let isTaken = false;
    const flushed = await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], async (nonce) => {
      await until(`select expires_at < clock_timestamp() as holds from ledger.leases where key = '${laneKeyOf(lane)}'`);
      taken = leaseLane(own.another(), { of, holder: 'worker-2' });
      void taken.then(() => (isTaken = true));
      await until(
        `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as holds`,
      );
      expect(isTaken).toBe(false);
      return sign(nonce);
    });
    expect(flushed.transaction?.nonce).toBe(0);
    const heir = (await taken) as LaneLease;
    expect(heir.fence).toBe(lane.fence + 1);
    expect((await own.ledger.openTransactions(heir)).map(({ nonce }) => nonce)).toEqual([0]);
  });
});

describe('replace', () => {
  it('journals another transaction on the nonce, with the operations that still may be', async () => {
    const lane = await freshLane();
    const [stays, leaves] = [
      await settlementIn(own.ledger, 'PROCESSING'),
      await settlementIn(own.ledger, 'PROCESSING'),
    ];
    const operations = [operationOf(stays, 'Burn'), operationOf(leaves, 'Burn')];
    await own.ledger.flush(lane, operations, sign);
    await own.ledger.advance({ owner: leaves.owner, attempt: 0, to: 'BURNED' });
    const replaced = await own.ledger.replace(lane, 0, operations, sign);
    expect(replaced).toMatchObject({
      transaction: { nonce: 0, replacement: 1 },
      accepted: [operations[0]],
      refused: [{ operation: operations[1], reason: 'status' }],
    });
    expect((await own.ledger.replace(lane, 0, [], sign)).transaction).toMatchObject({ replacement: 2, operations: [] });
    const open = await own.ledger.openTransactions(lane);
    expect(open.map(({ nonce, replacement, operations: of }) => [nonce, replacement, of.length])).toEqual([
      [0, 0, 2],
      [0, 1, 1],
      [0, 2, 0],
    ]);
    const carried = { chainId: sourceChainId, fingerprint: stays.fingerprint, kind: 'Burn', attempt: 0 } as const;
    expect(await own.ledger.transactionsOf(carried)).toHaveLength(2);
  });

  it('is refused for a nonce that was never journaled, and for one that is final', async () => {
    const lane = await freshLane();
    await expect(own.ledger.replace(lane, 0, [], sign)).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    for (let nonce = 0; nonce < 3; nonce++) {
      await own.ledger.flush(lane, [operationOf(await settlementIn(own.ledger, 'PROCESSING'), 'Burn')], sign);
    }
    await own.ledger.replace(lane, 1, [], sign);
    expect(await own.ledger.finalizeNonces(lane, 2)).toBe(3);
    expect(await own.ledger.finalizeNonces(lane, 2)).toBe(0);
    expect((await own.ledger.openTransactions(lane)).map(({ nonce }) => nonce)).toEqual([2]);
    await expect(own.ledger.replace(lane, 1, [], sign)).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    expect((await own.ledger.replace(lane, 2, [], sign)).transaction).toMatchObject({ nonce: 2, replacement: 1 });
  });
});

describe('failUnburned', () => {
  const request = (settlement: { owner: Parameters<typeof own.ledger.markNoMint>[0]['owner'] }) =>
    ({
      owner: settlement.owner,
      attempt: 0,
      seenHashes: [],
      errorCode: 'CANCELLED',
      errorMessage: 'on request',
      requireEpoch: true,
    }) as const;

  it('fails what was never burned; from then on no burn can be journaled', async () => {
    const lane = await freshLane();
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const failed = await own.ledger.failUnburned(request(settlement));
    expect(failed).toMatchObject({
      outcome: 'failed',
      settlement: {
        record: { status: 'FAILED', errorCode: 'CANCELLED', errorMessage: 'on request', compensated: false },
      },
    });
    expect(await own.ledger.failUnburned(request(settlement))).toEqual(failed);
    const { refused } = await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign);
    expect(refused[0]?.reason).toBe('status');
  });

  it('fails only when exactly the journaled burns were seen', async () => {
    const lane = await freshLane();
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const burn = operationOf(settlement, 'Burn');
    const hashes = [
      (await own.ledger.flush(lane, [burn], sign)).transaction?.hash,
      (await own.ledger.replace(lane, 0, [burn], sign)).transaction?.hash,
    ] as `0x${string}`[];
    for (const seenHashes of [[], hashes.slice(1), [...hashes, `0x${'12'.repeat(32)}` as const]]) {
      const answer = await own.ledger.failUnburned({ ...request(settlement), seenHashes });
      expect(answer).toMatchObject({
        outcome: 'journaled',
        hashes: [...hashes].sort(),
        settlement: { record: { status: 'BURNING' } },
      });
    }
    const seenHashes = [...hashes, ...hashes]
      .reverse()
      .map((hash) => hash.toUpperCase().replace('X', 'x') as `0x${string}`);
    expect(await own.ledger.failUnburned({ ...request(settlement), seenHashes })).toMatchObject({ outcome: 'failed' });
  });

  it('says what it found instead', async () => {
    for (const status of ['BURNED', 'MINTING', 'COMPLETED', 'COMPENSATING'] as const) {
      const settlement = await settlementIn(own.ledger, status);
      expect(await own.ledger.failUnburned(request(settlement))).toMatchObject({
        outcome: 'status',
        settlement: { record: { status } },
      });
    }
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    expect(await own.ledger.failUnburned({ ...request(settlement), attempt: 1 })).toMatchObject({
      outcome: 'otherAttempt',
    });
    const stranger = { ...settlement.owner, runId: 'run-0' };
    await expect(own.ledger.failUnburned({ ...request(settlement), owner: stranger })).rejects.toMatchObject({
      code: 'OWNERSHIP_LOST',
    });
    const nobody = { ...settlement.owner, settlementId: 'nobody' };
    await expect(own.ledger.failUnburned({ ...request(settlement), owner: nobody })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('markNoMint', () => {
  it('forbids the mints of the attempt for good', async () => {
    const lane = await freshLane(destinationChainId);
    const settlement = await settlementIn(own.ledger, 'BURNED');
    const { owner } = settlement;
    expect(await own.ledger.markNoMint({ owner, attempt: 0 })).toBe(true);
    expect(await own.ledger.markNoMint({ owner, attempt: 0 })).toBe(true);
    expect((await own.ledger.flush(lane, [operationOf(settlement, 'Mint')], sign)).refused[0]?.reason).toBe(
      'noMintMark',
    );
  });

  it('is too late once a mint was journaled, also when the settlement has moved on', async () => {
    const lane = await freshLane(destinationChainId);
    const settlement = await settlementIn(own.ledger, 'BURNED');
    const { owner } = settlement;
    await own.ledger.flush(lane, [operationOf(settlement, 'Mint')], sign);
    expect(await own.ledger.markNoMint({ owner, attempt: 0 })).toBe(false);
    await own.ledger.advance({ owner, attempt: 0, to: 'COMPENSATING' });
    expect(await own.ledger.markNoMint({ owner, attempt: 0 })).toBe(false);
  });

  it('is of one attempt: the next has its own', async () => {
    const lane = await freshLane(destinationChainId);
    const request = entryOf();
    const first = await settlementIn(own.ledger, 'COMPENSATING', request);
    expect(await own.ledger.markNoMint({ owner: first.owner, attempt: 0 })).toBe(true);
    await own.ledger.advance({ owner: first.owner, attempt: 0, to: 'FAILED', facts: { compensated: true } });
    const retry = {
      ...request,
      runId: 'run-2',
      scheduledAtMs: request.scheduledAtMs + 1,
      mode: 'retry',
      attempt: 1,
    } as const;
    const second = await settlementIn(own.ledger, 'BURNED', retry);
    await expect(own.ledger.markNoMint({ owner: first.owner, attempt: 0 })).rejects.toMatchObject({
      code: 'OWNERSHIP_LOST',
    });
    await expect(own.ledger.markNoMint({ owner: second.owner, attempt: 0 })).rejects.toMatchObject({
      code: 'ILLEGAL_STEP',
    });
    expect((await own.ledger.flush(lane, [operationOf(second, 'Mint')], sign)).accepted).toHaveLength(1);
    expect(await own.ledger.markNoMint({ owner: second.owner, attempt: 1 })).toBe(false);
  });
});

describe('an epoch', () => {
  let restored: TestLedger;
  beforeAll(async () => {
    restored = await startTestLedger();
  });
  afterAll(() => restored.close());

  it('makes older settlements prove things by the chains alone, and ends every lease', async () => {
    const { ledger } = restored;
    const requests = { processing: entryOf(), burned: entryOf(), compensating: entryOf(), failed: entryOf() };
    const processing = await settlementIn(ledger, 'PROCESSING', requests.processing);
    const burned = await settlementIn(ledger, 'BURNED', requests.burned);
    const compensating = await settlementIn(ledger, 'COMPENSATING', requests.compensating);
    await settlementIn(ledger, 'FAILED', requests.failed);
    const before = await leaseLane(ledger);
    expect(await ledger.readEpoch()).toBe(0);
    expect(await ledger.bumpEpoch('restored from a backup')).toBe(1);
    expect(await ledger.readEpoch()).toBe(1);
    await expect(ledger.flush(before, [operationOf(processing, 'Burn')], sign)).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });

    // Closed, no row moves: not by a step, not by a proof, not by who enters.
    const closed = { code: 'LEDGER_BEHIND', retryable: true };
    await expect(ledger.enter(entryOf())).rejects.toMatchObject(closed);
    const step = { owner: burned.owner, attempt: 0, to: 'COMPENSATING' } as const;
    await expect(ledger.advance(step)).rejects.toMatchObject(closed);
    const failure = { owner: processing.owner, attempt: 0, seenHashes: [], errorMessage: 'over', requireEpoch: false };
    await expect(ledger.failUnburned({ ...failure, errorCode: 'EXPIRED' })).rejects.toMatchObject(closed);
    await openEpoch(ledger, 1);
    await expect(ledger.enter({ ...entryOf(), knownEpoch: 0 })).rejects.toMatchObject(closed);
    expect((await ledger.enter({ ...entryOf(), knownEpoch: 1 })).epoch).toBe(1);

    const lane = await leaseLane(ledger);
    expect(lane.fence).toBe(2 ** 32 + 1);
    const operations = [
      operationOf(processing, 'Burn'),
      operationOf(burned, 'Mint'),
      operationOf(compensating, 'Refund'),
    ];
    const { refused, accepted } = await ledger.flush(lane, operations, sign);
    expect(refused.map(({ reason }) => reason)).toEqual(['epoch', 'epoch']);
    expect(accepted).toEqual([operations[2]]);
    expect(await ledger.markNoMint({ owner: burned.owner, attempt: 0 })).toBe(false);
    const fail = {
      owner: processing.owner,
      attempt: 0,
      seenHashes: [],
      errorCode: 'EXPIRED',
      errorMessage: 'over',
    } as const;
    expect(await ledger.failUnburned({ ...fail, requireEpoch: true })).toMatchObject({
      outcome: 'epoch',
      settlement: { epoch: 0 },
    });
    expect(await ledger.failUnburned({ ...fail, requireEpoch: false })).toMatchObject({ outcome: 'failed' });

    // A later run does not make the journal of an older attempt whole; a retry begins an attempt of this epoch.
    const later = { runId: 'run-2', scheduledAtMs: 1_800_000_000_000 } as const;
    const takenOver = await ledger.enter({ ...requests.burned, ...later });
    expect(takenOver).toMatchObject({ epoch: 0, owner: { fence: 2 ** 32 + 1 } });
    const retried = await ledger.enter({ ...requests.failed, ...later, mode: 'retry' });
    expect(retried).toMatchObject({ epoch: 1, record: { status: 'PROCESSING' } });
    expect((await ledger.flush(lane, [operationOf(retried, 'Burn')], sign)).accepted).toHaveLength(1);
    expect((await ledger.enter(entryOf())).epoch).toBe(1);
  });

  it('journals nothing before it is open, and never again with a key of before', async () => {
    const { ledger } = restored;
    const hashes = () => restored.query('select hash from ledger.transactions');
    const compensating = await settlementIn(ledger, 'COMPENSATING');
    const epoch = await ledger.bumpEpoch('again');
    const refusal = (message: string) => ({
      code: 'LEDGER_BEHIND',
      retryable: true,
      message: expect.stringContaining(message) as string,
    });
    const send = async (key: `0x${string}`) =>
      ledger.flush(await leaseLane(ledger, { of: key }), [operationOf(compensating, 'Refund')], sign);
    const journaled = await hashes();
    const [known, unknown, fresh] = [signer, `0x${'b1'.repeat(20)}`, `0x${'c1'.repeat(20)}`] as const;
    await expect(send(fresh)).rejects.toMatchObject(refusal(`epoch ${epoch} is not open`));

    expect(await ledger.retiredKeys()).toBeNull();
    expect(await ledger.reopen(epoch)).toBe(false);
    expect(await ledger.retireKeys(epoch - 1, [])).toBe(false);
    expect(await ledger.retireKeys(epoch, [{ chainId: sourceChainId, signer: unknown }])).toBe(true);
    expect((await ledger.retiredKeys())?.map((key) => key.signer.toLowerCase())).toEqual([
      known.toLowerCase(),
      unknown,
    ]);
    await expect(send(fresh)).rejects.toMatchObject(refusal(`epoch ${epoch} is not open`));
    expect(await ledger.reopen(epoch - 1)).toBe(false);
    expect(await ledger.reopen(epoch)).toBe(true);

    for (const key of [known, unknown]) await expect(send(key)).rejects.toMatchObject(refusal('configure a new one'));
    expect(await hashes()).toEqual(journaled);
    expect((await send(fresh)).transaction).not.toBeNull();
  });
});

describe('a paused route', () => {
  let paused: TestLedger;
  beforeAll(async () => {
    paused = await startTestLedger();
  });
  afterAll(() => paused.close());

  const route = { sourceChain: 'alder', destinationChain: 'birch' };

  it('holds what would move money, lets a tombstone and the other routes go, and marks nothing that it held', async () => {
    const { ledger } = paused;
    const burning = await settlementIn(ledger, 'PROCESSING');
    const burned = await settlementIn(ledger, 'BURNED');
    const compensating = await settlementIn(ledger, 'COMPENSATING');
    const elsewhere = await settlementIn(ledger, 'PROCESSING', { sourceChain: 'birch', destinationChain: 'alder' });
    const lane = await leaseLane(ledger);
    const operations = [
      operationOf(burning, 'Burn'),
      operationOf(compensating, 'CancelMint'),
      operationOf(burned, 'Mint'),
      operationOf(elsewhere, 'Burn'),
      operationOf(compensating, 'Refund'),
    ] as const;
    expect(await ledger.pauseRoute(route, { reason: 'I1', by: 'a test' })).toBe(true);
    expect(await ledger.pauseRoute(route, { reason: 'another', by: 'another' })).toBe(false);
    expect(await ledger.routePauses()).toMatchObject([{ ...route, reason: 'I1', pausedBy: 'a test' }]);

    const { accepted, refused } = await ledger.flush(lane, operations, sign);
    expect(accepted).toEqual([operations[1], operations[3]]);
    expect(refused).toEqual(
      [operations[0], operations[2], operations[4]].map((operation) => ({ operation, reason: 'routePaused' })),
    );
    const statusOf = async (id: string) => (await ledger.find(id))?.record.status;
    expect(await statusOf(burning.record.settlementId)).toBe('PROCESSING');
    expect(await statusOf(elsewhere.record.settlementId)).toBe('BURNING');
    expect(await ledger.markNoMint({ owner: burned.owner, attempt: 0 })).toBe(true); // the mint was never journaled

    const all = await ledger.flush(lane, [operations[0], operations[4]], sign);
    expect(all).toMatchObject({ transaction: null, accepted: [] });
    expect(await ledger.resumeRoute(route)).toBe(true);
    expect(await ledger.resumeRoute(route)).toBe(false);
    expect((await ledger.flush(lane, [operations[0], operations[4]], sign)).refused).toEqual([]);
  });
});

describe('a ledger restored to before a refund', () => {
  let restored: TestLedger;
  beforeAll(async () => {
    restored = await startTestLedger();
  });
  afterAll(() => restored.close());

  const laterRun = { runId: 'run-2', scheduledAtMs: 1_800_000_000_000, attempt: 1 } as const;

  it.each(['BURNING', 'BURNED', 'MINTING', 'COMPENSATING'] as const)(
    'brings a row that is %s of attempt 0 up to the burn of attempt 1 that stands on chain, step by legal step',
    async (status) => {
      const { ledger } = restored;
      const request = entryOf();
      const { order } = await settlementIn(ledger, status, request);
      const caught = await ledger.enter({ ...request, ...laterRun, mode: 'retry', burnStands: true });
      expect(caught).toMatchObject({
        epoch: -1, // its journal knows nothing of that burn
        owner: { runId: 'run-2' },
        record: { status: 'PROCESSING', attempt: 1, burnTxHash: null, compensated: false, errorCode: null },
      });
      const events = await restored.query<{ to_status: string }>(
        'select to_status from ledger.settlement_events where settlement_id = $1 order by seq',
        [order.settlementId],
      );
      expect(events.map((event) => event.to_status).slice(-3)).toEqual(['COMPENSATING', 'FAILED', 'PROCESSING']);
      expect((await ledger.verifyEvents()).ok).toBe(true);
    },
  );

  it('leaves a row alone whose refund has just become final: its own undo tells of it', async () => {
    const { ledger } = restored;
    const request = entryOf();
    await settlementIn(ledger, 'COMPENSATING', request);
    const taken = await ledger.enter({ ...request, ...laterRun, mode: 'retry', burnStands: false });
    expect(taken.record).toMatchObject({ status: 'COMPENSATING', attempt: 0 });
  });

  it('is not brought up by an earlier run', async () => {
    const { ledger } = restored;
    const request = entryOf();
    const { record } = await settlementIn(ledger, 'MINTING', request);
    const earlier = { ...request, ...laterRun, runId: 'run-0', scheduledAtMs: 1, burnStands: true };
    await expect(ledger.enter(earlier)).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' });
    expect((await ledger.find(record.settlementId))?.record).toEqual(record);
  });
});

/** As an operator does who found no key of before on any chain. */
async function openEpoch(ledger: Ledger, epoch: number): Promise<void> {
  await ledger.retireKeys(epoch, []);
  expect(await ledger.reopen(epoch)).toBe(true);
}

/** Resolves when the query, asked again and again, says so. */
async function until(sql: string): Promise<void> {
  for (;;) {
    const [row] = await own.query<{ holds: boolean }>(sql);
    if (row?.holds) return;
  }
}
