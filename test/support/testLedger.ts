import { createHash, randomUUID } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import type { SettlementOrder } from '../../src/domain/order';
import type { OperationKind } from '../../src/domain/slot';
import type { SettlementStatus } from '../../src/domain/status';
import { createLedger, type Ledger } from '../../src/ledger/createLedger';
import type { EnterRequest, JournalOperation, LaneLease, LedgerSettlement } from '../../src/ledger/ledger';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import type { LedgerOptions } from '../../src/ledger/openLedger';
import { laneKeyOf, type SignedFlush } from '../../src/ledger/transactions';
import { createTestDatabase } from './createTestDatabase';

export interface TestLedger {
  readonly url: string;
  readonly ledger: Ledger;
  /** A further ledger on the same database, as another worker has it; closed with this one. */
  another(options?: Partial<LedgerOptions>): Ledger;
  /** As the owner of the database, who may do everything. */
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A ledger on a database of its own. */
export async function startTestLedger(options: Partial<LedgerOptions> = {}): Promise<TestLedger> {
  const database = await createTestDatabase();
  await migrateLedger(database.url);
  const ledgers: Ledger[] = [];
  const another = (more: Partial<LedgerOptions> = {}) => {
    const ledger = createLedger({ databaseUrl: database.url, ...options, ...more });
    ledgers.push(ledger);
    return ledger;
  };
  const owner = new Client(database.url);
  await owner.connect();
  return {
    url: database.url,
    ledger: another(),
    another,
    query: async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await owner.query<Row>(sql, [...values])).rows,
    async close() {
      await Promise.all(ledgers.map((ledger) => ledger.close()));
      await owner.end();
      await database.drop();
    },
  };
}

export const sourceChainId = 31_337;
export const destinationChainId = 31_338;
export const signer: `0x${string}` = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

export function digest(text: string): `0x${string}` {
  return `0x${createHash('sha256').update(text).digest('hex')}`;
}

export function orderOf(settlementId: string = randomUUID(), amount = 2n ** 200n): SettlementOrder {
  return {
    settlementId,
    holder: signer,
    recipient: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    token: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    destinationToken: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    destinationGateway: '0x52908400098527886E0F7030069857D2E4169EE7',
    amount,
    sourceChainId: BigInt(sourceChainId),
    destinationChainId: BigInt(destinationChainId),
    validBefore: 4_102_444_800n,
    maxAttempts: 3,
  };
}

export function entryOf(given: Partial<EnterRequest> = {}): EnterRequest {
  const order = given.order ?? orderOf();
  return {
    order,
    signature: '0x01',
    burnStands: false,
    knownEpoch: null,
    fingerprint: digest(`${order.settlementId}/${order.amount}`),
    sourceChain: 'alder',
    destinationChain: 'birch',
    runId: 'run-1',
    scheduledAtMs: 1_700_000_000_000,
    mode: 'start',
    attempt: 0,
    ...given,
  };
}

const waysTo: Readonly<Record<SettlementStatus, readonly SettlementStatus[]>> = {
  PENDING: [],
  PROCESSING: [],
  BURNING: ['BURNING'],
  BURNED: ['BURNING', 'BURNED'],
  MINTING: ['BURNING', 'BURNED', 'MINTING'],
  MINTED: ['BURNING', 'BURNED', 'MINTING', 'MINTED'],
  COMPLETED: ['BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPLETED'],
  COMPENSATING: ['BURNING', 'BURNED', 'COMPENSATING'],
  FAILED: ['FAILED'],
};

/** A settlement that has got as far as this, without any journal. */
export async function settlementIn(
  ledger: Ledger,
  status: SettlementStatus,
  given: Partial<EnterRequest> = {},
): Promise<LedgerSettlement> {
  const entered = await ledger.enter(entryOf(given));
  const { owner, record } = entered;
  const [first, ...rest] = waysTo[status].map((to) => ({ owner, attempt: record.attempt, to }));
  return first ? ledger.advance([first, ...rest]) : entered;
}

export function operationOf(settlement: LedgerSettlement, kind: OperationKind): JournalOperation {
  const { settlementId, attempt } = settlement.record;
  const { fingerprint, owner } = settlement;
  return { settlementId, settlementKey: settlementKeyOf(settlementId), fingerprint, kind, attempt, owner };
}

export async function leaseLane(
  ledger: Ledger,
  { chainId = sourceChainId, holder = 'worker-1', ttlMs = 60_000, of = signer } = {},
): Promise<LaneLease> {
  const lease = await ledger.acquire(laneKeyOf({ chainId, signer: of }), holder, ttlMs);
  if (!lease) throw new Error('somebody else has the lane');
  return { chainId, signer: of, holder, fence: lease.fence };
}

/** A signature as good as any: the ledger looks at none. */
export async function sign(nonce: number): Promise<SignedFlush> {
  const raw = `0x02${randomUUID().replaceAll('-', '')}` as const;
  return { hash: digest(`${nonce}/${raw}`), raw, maxFeePerGas: 2n ** 90n, maxPriorityFeePerGas: 1n };
}
