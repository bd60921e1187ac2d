import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { createChain, type Chain } from '../../src/chains/chain';
import { createSettlementClient, type SettlementClient } from '../../src/client/createSettlementClient';
import { loadConfig } from '../../src/config';
import type { SignedOrder } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { createLedger, type Ledger } from '../../src/ledger/createLedger';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import { devAccounts, laneKeyNames } from '../../src/local/devAccounts';
import { rpcCall } from '../../src/local/rpcCall';
import type { GuardedProcess } from '../../src/local/startGuard';
import { rebuildLedger, type RebuildOptions } from '../../src/recovery/rebuildLedger';
import type { Reopened } from '../../src/recovery/reopenLedger';
import { i10Nonces } from '../chaos/checkers/i10Nonces';
import { i8LedgerIsChain } from '../chaos/checkers/i8LedgerIsChain';
import { i9EventLog } from '../chaos/checkers/i9EventLog';
import { readChain } from '../chaos/checkers/readChain';
import { readLedger } from '../chaos/checkers/readLedger';
import { kinds, type LedgerFacts, type World } from '../chaos/checkers/world';
import { readLaneSigners } from '../chaos/laneSigners';
import { checkInvariants } from '../support/checkInvariants';
import { createTestDatabase, type TestDatabase } from '../support/createTestDatabase';
import { runSettle, type Ran } from '../support/runSettle';
import { entryOf } from '../support/testLedger';
import { startTestStack, type TestStack } from '../support/testStack';

/** What became of them before the ledger was lost. */
const names = [
  ...['completed', 'retried', 'refunded', 'twiceRefunded', 'exhausted'],
  ...['held', 'late', 'tombstoned', 'neverBurned'],
] as const;
type Name = (typeof names)[number];

/** More than there are blocks with burns that wait for the destination's pause. */
const confirmations = 4;

/**
 * I8: the ledger is lost, and rebuilt into an empty database from what stands on two real chains. First it is compared with what
 * stood, then settlements go on with it. The tests follow each other.
 */
describe('a ledger rebuilt from the chains', () => {
  let stack: TestStack;
  let worker: GuardedProcess;
  let before: LedgerFacts;
  let rebuilt: TestDatabase;
  let configPath: string;
  let client: SettlementClient;
  const signed = {} as Record<Name, SignedOrder>;
  const records = {} as Record<Name, SettlementRecord>;
  const idOf = (name: Name): string => signed[name].order.settlementId;
  const settle = (args: readonly string[]): Promise<Ran> => runSettle(configPath, args);

  /** A configuration that differs in its database alone. */
  const configFor = (file: string, databaseUrl: string): string => {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Record<string, unknown>;
    const path = join(dirname(stack.configPath), file);
    writeFileSync(path, JSON.stringify({ ...json, ledger: { databaseUrl } }));
    return path;
  };
  const chains = (changed: Readonly<Record<string, unknown>> = {}): readonly Chain[] =>
    stack.config.chains.map((config) => createChain({ ...config, ...changed }));
  const world = async (databaseUrl: string): Promise<World> => ({
    chains: await Promise.all(stack.chains.map(readChain)),
    ledger: await readLedger(databaseUrl),
    ...{
      runs: null,
      starts: [],
      forgottenIds: new Set<string>(),
      rerunIds: new Set<string>(),
      foreignHashes: new Set<string>(),
      leaseSamples: [],
      headSamples: [],
      toldSamples: [],
    },
    laneSigners: [stack.configPath, configPath].flatMap(readLaneSigners),
    confirmations: null,
  });
  const operationsOf = async (name: Name): Promise<readonly string[]> => {
    const own = (await checkInvariants(stack.chains, rebuilt.url)).filter(
      ({ order }) => order?.settlementId === idOf(name),
    );
    return own.map(({ kind, attempt }) => `${kinds[kind]}(${attempt})`);
  };

  beforeAll(async () => {
    rebuilt = await createTestDatabase();
    stack = await startTestStack({ confirmations, mintWindowMs: 60_000 });
    worker = await stack.startWorker();
    await makeHistory();
    before = await readLedger(stack.databaseUrl);
    configPath = configFor('rebuilt.json', rebuilt.url);
    client = await createSettlementClient(loadConfig(configPath));
  });
  afterAll(async () => {
    await stack.close();
    await rebuilt.drop();
    await client.close();
  });
  const mineUntilFinal = () => Promise.all([stack.alder, stack.birch].map((chain) => chain.mine(confirmations)));

  /** Every way a settlement can stand when its ledger is lost. */
  async function makeHistory(): Promise<void> {
    const run = async (name: Name, draft: Parameters<TestStack['sign']>[0]): Promise<void> => {
      signed[name] = await stack.sign(draft);
      await stack.client.start(signed[name]);
      records[name] = await stack.client.result(idOf(name));
    };
    const again = async (name: Name): Promise<void> => {
      await stack.client.retry(idOf(name));
      records[name] = await stack.client.result(idOf(name));
    };
    const stopMining = stack.keepMining();
    await run('completed', { amount: 12_500_000n });
    await run('retried', { recipient: 'mallory', amount: 2_000_000n });
    await run('refunded', { recipient: 'mallory', amount: 3_000_000n });
    await run('twiceRefunded', { recipient: 'mallory', amount: 4_000_000n });
    await again('twiceRefunded');
    await run('exhausted', { recipient: 'mallory', amount: 5_000_000n, maxAttempts: 1 });
    await stack.birch.freeze('mallory', false);
    await again('retried');
    await stack.birch.freeze('mallory', true);

    await stack.alder.pauseNew(true);
    signed.neverBurned = await stack.sign({});
    await stack.client.start(signed.neverBurned);
    await stack.client.cancel(idOf('neverBurned'));
    records.neverBurned = await stack.client.result(idOf('neverBurned'));
    await stack.alder.pauseNew(false);

    await stopMining();
    // Burned and not final, then the destination is paused, and only then the burns become final: no mint is signed.
    const held = ['held', 'late', 'tombstoned'] as const;
    for (const name of held) {
      signed[name] = await stack.sign({ amount: 7_000_000n });
      await stack.client.start(signed[name]);
    }
    for (const name of held) {
      await stack.until(async () => (await stack.alder.latestSlotOf(idOf(name))).state === 'Burned');
    }
    await stack.birch.pauseAll(true);
    await stack.alder.mine(confirmations);
    for (const name of held) {
      await stack.until(async () => rowsOf(await readLedger(stack.databaseUrl), name)?.status === 'BURNED');
      await stack.handle(idOf(name)).terminate('the ledger is lost');
    }
    await worker.stop();
    await stack.birch.pauseAll(false);
    await stack.birch.executeAs('refunder', 'CancelMint', signed.tombstoned, 0);
    // A stranger who is refused, and a transaction of our key that is none of the gateway's.
    await stack.alder.executeAs('carol', 'Refund', signed.held, 0);
    const from = devAccounts().refunder.address;
    await rpcCall(stack.chains[1]?.rpcUrl ?? '', 'eth_sendTransaction', [{ from, to: from, value: '0x0' }]);
    await mineUntilFinal();
  }

  const rowsOf = ({ settlements }: LedgerFacts, name: Name) =>
    settlements.find(({ settlementId }) => settlementId === idOf(name));

  test('a closed, half-built one lets nothing in, and every crash on the way is gone on from', async () => {
    const database = await createTestDatabase();
    await migrateLedger(database.url);
    const ledger = createLedger({ databaseUrl: database.url });
    const crash = new Error('a crash');
    const attempt = async (lines: number): Promise<unknown> => {
      const state = { left: lines };
      const onProgress = (): void => {
        if (state.left-- === 0) throw crash;
      };
      const options = { reason: 'a test', blocksPerRead: 4, settlementsPerPage: 1, onProgress };
      return rebuildLedger({ ledger, chains: chains() }, options).then(
        () => 'done',
        (error: unknown) => error,
      );
    };
    let crashes = 0;
    // Each goes on a little further than the one before: through every page of both halves.
    while ((await attempt(crashes + 1)) === crash) {
      crashes++;
      expect(await ledger.readEpoch()).toBe(1);
      await expect(ledger.enter(entryOf())).rejects.toMatchObject({ code: 'LEDGER_BEHIND', retryable: true });
    }
    expect(crashes).toBeGreaterThan(5);
    expect((await ledger.verifyEvents()).ok).toBe(true);
    const after = await readLedger(database.url);
    expect(after.settlements).toHaveLength(8);
    expect(after.transactions.map(({ hash }) => hash).sort()).toEqual((await sentHashes()).sort());
    await ledger.retireKeys(1, []);
    expect(await ledger.reopen(1)).toBe(true);
    expect((await ledger.enter(entryOf())).record.status).toBe('PROCESSING');
    await ledger.close();
    await database.drop();
  });

  test('one that workers have been in, or whose epoch was bumped meanwhile, is refused', async () => {
    const half = async (spoil: (ledger: Ledger, url: string) => Promise<unknown>): Promise<unknown> => {
      const database = await createTestDatabase();
      await migrateLedger(database.url);
      const ledger = createLedger({ databaseUrl: database.url });
      const state = { pages: 0 };
      const onProgress = (line: string): void => {
        if (line.includes('written') && ++state.pages === 2) throw new Error('a crash');
      };
      const options: RebuildOptions = { reason: 'a test', blocksPerRead: 1_000, settlementsPerPage: 2, onProgress };
      await expect(rebuildLedger({ ledger, chains: chains() }, options)).rejects.toThrow('a crash');
      await spoil(ledger, database.url);
      const refused = await rebuildLedger({ ledger, chains: chains() }, options).catch((error: unknown) => error);
      await ledger.close();
      await database.drop();
      return refused;
    };
    const notEmpty = expect.objectContaining({ code: 'LEDGER_NOT_EMPTY' });
    expect(await half((ledger) => ledger.bumpEpoch('another restore'))).toEqual(notEmpty);
    const takenOver = `update ledger.settlements set owner_run_id = 'run-1'
      where settlement_id = (select min(settlement_id) from ledger.settlements)`;
    expect(await half((_, url) => ask(url, takenOver))).toEqual(notEmpty);
  });

  test('one that the node or the configuration leaves events out of is refused, and nothing stands as done', async () => {
    const database = await createTestDatabase();
    await migrateLedger(database.url);
    const ledger = createLedger({ databaseUrl: database.url });
    const { settlements } = before;
    const burn = settlements.find(({ settlementId }) => settlementId === idOf('completed'))?.burnTxHash;
    const receipt = await chains()[0]?.client.getTransactionReceipt({ hash: burn as `0x${string}` });
    const late = { gatewayDeployedAtBlock: Number(receipt?.blockNumber ?? 0n) + 1 };
    const options = { reason: 'a test', blocksPerRead: 1_000, settlementsPerPage: 100, onProgress: () => undefined };
    await expect(rebuildLedger({ ledger, chains: chains(late) }, options)).rejects.toMatchObject({
      code: 'CHAIN_UNAVAILABLE',
      message: expect.stringContaining('leaves events out'),
    });
    expect((await readLedger(database.url)).settlements).toEqual([]);
    await expect(ledger.enter(entryOf())).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    await ledger.close();
    await database.drop();
  });

  test('`settle ledger rebuild` says what it built, what no chain knows, and what to do next', async () => {
    const ran = await settle(['ledger', 'rebuild', '-o', 'json', '--reason', 'the disk is gone']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      epoch: 1,
      resumed: false,
      statuses: { COMPLETED: 2, PROCESSING: 2, FAILED: 1, BURNED: 2, COMPENSATING: 1 },
      findings: [],
      blocks: [{ chain: 'alder' }, { chain: 'birch' }],
      signers: expect.arrayContaining([
        expect.objectContaining({ chain: 'alder', may: ['Burn', 'Mint'], unknownNonces: 0 }),
        { chain: 'birch', signer: devAccounts().refunder.address, may: ['Refund', 'CancelMint'], unknownNonces: 1 },
      ]),
      notOnChain: expect.arrayContaining([expect.stringContaining('without a final burn')]),
      next: expect.arrayContaining([expect.stringContaining('Revoke')]),
    });
    const [row] = await ask<{ epoch: number; reason: string }>(rebuilt.url, 'select epoch, reason from ledger.ledger');
    expect(row).toEqual({ epoch: 1, reason: 'the disk is gone' });
  });

  test('has slots, attempts, amounts, hashes and statuses as they stood, by the rules of a rebuild', async () => {
    const after = await readLedger(rebuilt.url);
    const same = (name: Name) => {
      const row = rowsOf(before, name);
      if (!row) throw new Error(`${name} did not stand`);
      return without(row, ['ownerFence']);
    };
    const hasNone = { burnTxHash: null, mintTxHash: null, refundTxHash: null, compensated: false };
    const expected: Partial<Record<Name, unknown>> = {
      completed: same('completed'),
      retried: same('retried'),
      exhausted: same('exhausted'),
      held: same('held'),
      late: same('late'),
      tombstoned: { ...same('tombstoned'), status: 'COMPENSATING' },
      // Another attempt is allowed: nothing on a chain proves that none is on its way.
      refunded: { ...same('refunded'), ...hasNone, status: 'PROCESSING', attempt: 1 },
      twiceRefunded: { ...same('twiceRefunded'), ...hasNone, status: 'PROCESSING', attempt: 2 },
    };
    for (const name of names)
      expect({ name, row: rowsOf(after, name) }).toEqual({
        name,
        row: expected[name] && expect.objectContaining(expected[name]),
      });
    expect(rowsOf(before, 'held')).toMatchObject({ status: 'BURNED' });
    expect(rowsOf(before, 'neverBurned')).toMatchObject({ status: 'FAILED' });
    expect(after.settlements).toHaveLength(8);
    // The attempts before stand in the events, with the hashes that the old rows had.
    const refund = rowsOf(before, 'refunded')?.refundTxHash;
    const told = after.events
      .filter(({ settlementId }) => settlementId === idOf('refunded'))
      .map(({ toStatus }) => toStatus);
    expect(told).toEqual(['PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'COMPENSATING', 'FAILED', 'PROCESSING']);
    expect(after.events.some(({ factsText }) => factsText.includes(refund ?? 'none'))).toBe(true);
  });

  test('passes the checkers that know nothing of the code, and holds every transaction of our keys, byte for byte', async () => {
    const seen = await world(rebuilt.url);
    expect([i8LedgerIsChain, i9EventLog, i10Nonces].flatMap(({ check }) => check(seen))).toEqual([]);
    const journalOf = ({ transactions }: LedgerFacts) =>
      transactions
        .map(({ chainId, signer, nonce, hash, raw, operations }) => ({ chainId, signer, nonce, hash, raw, operations }))
        .sort((a, b) => (a.hash < b.hash ? -1 : 1));
    const after = await readLedger(rebuilt.url);
    const sent = new Set(await sentHashes());
    const stood = journalOf(before).filter(({ hash }) => sent.has(hash));
    // One tombstone was sent past the lost ledger, by a key of ours: it was in no journal, and is in this one.
    const added = journalOf(after).filter(({ hash }) => !stood.some((one) => one.hash === hash));
    expect(added.map(({ operations }) => operations.map(({ kind }) => kind))).toEqual([['CancelMint']]);
    expect(journalOf(after).filter(({ hash }) => hash !== added[0]?.hash)).toEqual(stood);
    // A refused mint is in the journal too: silence about it would be taken for proof.
    const mintJournaled = after.attempts.filter((one) => one.mintJournaled && one.settlementId === idOf('refunded'));
    expect(mintJournaled).toEqual([
      { settlementId: idOf('refunded'), attempt: 0, mintJournaled: true, noMintMark: false },
    ]);
  });

  async function sentHashes(): Promise<string[]> {
    const signers = new Set<string>(readLaneSigners(stack.configPath));
    const facts = await Promise.all(stack.chains.map(readChain));
    return facts.flatMap(({ transactions }) =>
      transactions.filter(({ from, operations }) => signers.has(from) && operations.length > 0).map(({ hash }) => hash),
    );
  }

  test('refuses a second rebuild, and one into the ledger that stood: exit 2, nothing written', async () => {
    for (const path of [configPath, stack.configPath]) {
      const ran = await runSettle(path, ['ledger', 'rebuild', '-o', 'json']);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'LEDGER_NOT_EMPTY' } });
    }
    expect((await readLedger(rebuilt.url)).epoch).toBe(1);
    expect((await readLedger(stack.databaseUrl)).epoch).toBe(0);
  });

  test('agrees with itself and with both chains: `settle verify` exits 0', async () => {
    const ran = await settle(['verify', '-o', 'json', '--blocks-per-read', '7']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: true,
      chains: { settlements: 8, mismatchCount: 0, routes: [{ inFlight: '21000000', unaccounted: '0' }] },
    });
    expect(ran.code).toBe(0);
  });

  test('`settle verify` names what a ledger does not know, and what a row says otherwise', async () => {
    const empty = await createTestDatabase();
    await migrateLedger(empty.url);
    const unknown = await runSettle(configFor('empty.json', empty.url), [
      'verify',
      '-o',
      'json',
      '--most-mismatches',
      '3',
    ]);
    expect(unknown.code).toBe(1);
    const { chains: told } = JSON.parse(unknown.stdout) as {
      chains: { mismatchCount: number; mismatches: { what: string }[] };
    };
    expect(told.mismatchCount).toBeGreaterThan(10);
    expect(told.mismatches.map(({ what }) => what)).toEqual(
      Array.from({ length: 3 }, (): unknown =>
        expect.stringMatching(/^alder: (Burn|Refund)\(0\) in 0x.* not in the ledger/),
      ),
    );
    await empty.drop();

    const hash = `0x${'ab'.repeat(32)}`;
    const set = (value: string | null | undefined) =>
      ask(
        rebuilt.url,
        `set session_replication_role = replica; update ledger.settlements set mint_tx_hash = '${value}' where settlement_id = '${idOf('completed')}'`,
      );
    await set(hash);
    const tampered = await settle(['verify']);
    await set(rowsOf(before, 'completed')?.mintTxHash);
    expect(tampered.code).toBe(1);
    expect(tampered.stdout).toContain(`events: BAD: settlement ${idOf('completed')}, event 7:`);
    expect(tampered.stdout).toMatch(
      new RegExp(`${idOf('completed')}: birch: Mint\\(0\\) in 0x.*, the row names ${hash}`),
    );
    expect((await settle(['verify'])).code).toBe(0);
  });

  describe('stays closed until every key of before is revoked', () => {
    const roles = ['settler', 'refunder'] as const;
    const oldKeys = roles.flatMap((role) =>
      laneKeyNames[role].map((name) => ({ role, account: devAccounts()[name].address })),
    );
    const newKeys = roles.map((role) => {
      const key = generatePrivateKey();
      return { role, key, account: privateKeyToAccount(key).address };
    });
    const reopen = async (): Promise<{ readonly code: number | null; readonly report: Reopened }> => {
      const { code, stdout } = await settle(['ledger', 'reopen', '-o', 'json', '--blocks-per-read', '9']);
      return { code, report: JSON.parse(stdout) as Reopened };
    };
    const useNewKeys = (): void => {
      const json = JSON.parse(readFileSync(configPath, 'utf8')) as { readonly chains: readonly object[] };
      for (const { role, key } of newKeys) writeFileSync(join(dirname(configPath), `new-${role}.key`), key);
      const files = { settlerKeys: [{ file: 'new-settler.key' }], refunderKeys: [{ file: 'new-refunder.key' }] };
      const chainsWith = json.chains.map((chain) => ({ ...chain, ...files, reverserKeys: [] }));
      writeFileSync(configPath, JSON.stringify({ ...json, chains: chainsWith }));
    };

    test('a worker whose keys are of before gets nothing into the journal, and sends nothing', async () => {
      // What was signed before can land until its key is revoked: this mint does.
      await stack.birch.executeAs('settler', 'Mint', signed.late, 0);
      for (const name of names) await stack.forget(idOf(name));
      const journaled = (await readLedger(rebuilt.url)).transactions.length;
      worker = await stack.startWorker(configPath);
      await client.start(signed.neverBurned);
      await stack.until(async () => (await stack.pendingAttempts(idOf('neverBurned'))) >= 2);
      await worker.stop();
      expect((await readLedger(rebuilt.url)).transactions).toHaveLength(journaled);
      expect(await operationsOf('neverBurned')).toEqual([]);
    });

    test('`settle ledger reopen` names each that may act at the final block: exit 4, and 0 when there is none', async () => {
      // Given to a key that never sent anything: no journal and no event tells of it.
      const stray = privateKeyToAccount(generatePrivateKey()).address;
      await stack.alder.grantRole('settler', stray);
      await mineUntilFinal();
      const first = await reopen();
      expect(first).toMatchObject({ code: 4, report: { epoch: 1, opened: false } });
      expect(first.report.keys).toHaveLength(2 * (oldKeys.length + 1) + 1); // the reverser, and the stray one
      expect(first.report.keys).toContainEqual({ chain: 'alder', signer: stray, may: ['Burn', 'Mint'] });

      for (const chain of [stack.alder, stack.birch]) {
        for (const { role, account } of oldKeys) await chain.revokeRole(role, account);
        await chain.revokeRole('reverser', devAccounts().reverser.address);
        for (const { role, account } of newKeys) {
          await chain.fund(account);
          await chain.grantRole(role, account);
        }
      }
      await mineUntilFinal();
      const [left, ...others] = (await reopen()).report.keys;
      expect([left?.signer, others]).toEqual([stray, []]);
      await stack.alder.revokeRole('settler', stray);
      expect(await reopen()).toMatchObject({ code: 4, report: { opened: false } }); // not final
      await mineUntilFinal();
      expect(await reopen()).toEqual({ code: 0, report: { epoch: 1, opened: true, keys: [] } });
    });

    test('and then a key of before signs no more, though it had a role', async () => {
      const journaled = (await readLedger(rebuilt.url)).transactions.length;
      for (const chain of [stack.alder, stack.birch]) {
        for (const { role, account } of oldKeys) await chain.grantRole(role, account);
        await chain.grantRole('reverser', devAccounts().reverser.address);
      }
      worker = await stack.startWorker(configPath);
      const tried = await stack.pendingAttempts(idOf('neverBurned'));
      await stack.until(async () => (await stack.pendingAttempts(idOf('neverBurned'))) >= tried + 1);
      await worker.stop();
      expect((await readLedger(rebuilt.url)).transactions).toHaveLength(journaled);
      useNewKeys();
    });
  });

  describe('is gone on with', () => {
    let stopMining: () => Promise<void>;
    beforeAll(async () => {
      stopMining = stack.keepMining();
      worker = await stack.startWorker(configPath);
    });
    afterAll(async () => {
      await worker.stop();
      await stopMining();
    });

    const startAgain = async (name: Name): Promise<SettlementRecord> => {
      await client.start(signed[name]);
      return client.result(idOf(name));
    };
    const timeless = (record: SettlementRecord) => without(record, ['createdAt', 'updatedAt']);

    test('what is completed gets the same answer, from the client and in a raw run, and nothing moves', async () => {
      for (const name of ['completed', 'retried'] as const) {
        const moved = await operationsOf(name);
        expect(timeless(await startAgain(name))).toEqual(timeless(records[name]));
        await stack.startRaw(idOf(name), signed[name].order, signed[name].signature);
        const { status, mintTxHash } = await client.result(idOf(name));
        expect({ status, mintTxHash }).toEqual({ status: 'COMPLETED', mintTxHash: records[name].mintTxHash });
        expect(await operationsOf(name)).toEqual(moved);
      }
    });

    test('what was refunded for good stays refunded', async () => {
      const moved = await operationsOf('exhausted');
      const { errorCode, errorMessage, ...facts } = timeless(await startAgain('exhausted'));
      expect({ ...timeless(records.exhausted), errorCode, errorMessage }).toMatchObject(facts);
      expect(errorCode).toBe('ATTEMPTS_EXHAUSTED');
      expect(await operationsOf('exhausted')).toEqual(moved);
    });

    test('what was refunded with attempts left: a start moves nothing, a retry completes it', async () => {
      const moved = await operationsOf('refunded');
      expect(await startAgain('refunded')).toMatchObject({ status: 'FAILED', errorCode: 'ALREADY_REFUNDED' });
      expect(await operationsOf('refunded')).toEqual(moved);
      await stack.birch.freeze('mallory', false);
      for (const [name, attempt] of [
        ['refunded', 1],
        ['twiceRefunded', 2],
      ] as const) {
        await client.retry(idOf(name));
        expect(await client.result(idOf(name))).toMatchObject({ status: 'COMPLETED', attempt });
        const ofAttempt = (await operationsOf(name)).filter((told) => told.endsWith(`(${attempt})`));
        expect(ofAttempt.sort()).toEqual([`Burn(${attempt})`, `Mint(${attempt})`]);
      }
      await stack.birch.freeze('mallory', true);
    });

    test('what was burned goes back by a tombstone, and its mint is never sent', async () => {
      for (const name of ['held', 'tombstoned'] as const) {
        expect(await startAgain(name)).toMatchObject({
          status: 'FAILED',
          compensated: true,
          errorCode: 'MINT_REFUSED',
        });
        expect([...(await operationsOf(name))].sort()).toEqual(['Burn(0)', 'CancelMint(0)', 'Refund(0)']);
        expect(await stack.alder.slotOf(idOf(name))).toMatchObject({ state: 'Refunded', attempt: 0 });
      }
    });

    test('what was burned and is minted after all, by what was signed before, is completed and never refunded', async () => {
      const ahead = await settle(['verify', '-o', 'json']);
      expect(ahead.code).toBe(1);
      expect(JSON.parse(ahead.stdout)).toMatchObject({
        ledger: { ok: true },
        chains: { mismatches: [{ settlementId: idOf('late'), what: expect.stringContaining('is Minted(0)') }] },
      });
      expect(await startAgain('late')).toMatchObject({ status: 'COMPLETED', compensated: false });
      expect([...(await operationsOf('late'))].sort()).toEqual(['Burn(0)', 'Mint(0)']);
    });

    test('what never burned is new to it, and settles', async () => {
      expect(await startAgain('neverBurned')).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    });

    test('and in the end ledger and chains agree', async () => {
      const seen = await world(rebuilt.url);
      expect([i8LedgerIsChain, i9EventLog].flatMap(({ check }) => check(seen))).toEqual([]);
      const ran = await settle(['verify']);
      expect(ran.stdout).toContain('chains: ok');
      expect(ran.code).toBe(0);
    });
  });
});

function without<T extends object, Key extends keyof T>(whole: T, keys: readonly Key[]): Omit<T, Key> {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key as Key))) as Omit<T, Key>;
}

async function ask<Row>(url: string, sql: string): Promise<readonly Row[]> {
  const database = new Client(url);
  await database.connect();
  try {
    return (await database.query(sql)).rows as Row[];
  } finally {
    await database.end();
  }
}
