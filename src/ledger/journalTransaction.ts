import { escapeLiteral, type Pool, type PoolClient, type QueryResult } from 'pg';
import { failpoint } from '../failpoint';
import { askLedger } from './askLedger';
import type { Flush, JournaledTransaction, JournalOperation, JournalRefusal, LaneLease } from './ledger';
import type { LedgerContext } from './openLedger';
import { rowOfTransaction } from './rowOfTransaction';
import type { SignedFlush } from './transactions';

/** What the first half of a journaling answers: one refusal or null for each operation. */
export interface Begun {
  readonly nonce: number;
  readonly replacement: number;
  readonly refusals: readonly (JournalRefusal | null)[];
}

export interface Journaling<Op extends JournalOperation> {
  readonly what: string;
  readonly lane: LaneLease;
  readonly operations: readonly Op[];
  /** The call of the function that locks and judges. */
  readonly begin: (operationsJson: string) => string;
  readonly readBegun: (row: Readonly<Record<string, unknown>>) => Begun;
  /** Null: nothing is to be written after all. */
  readonly sign: (begun: Begun, accepted: readonly Op[]) => Promise<SignedFlush> | null;
}

/** What the caller's own function threw: not the ledger's to interpret. */
class SigningFailed extends Error {}

/**
 * One database transaction in two round trips: BEGIN with the locks and the judgement, then, once it is signed, the insert
 * with COMMIT. Literals and not parameters, because only the simple protocol takes several statements at once.
 */
export async function journalTransaction<Op extends JournalOperation>(
  { pool }: LedgerContext,
  journaling: Journaling<Op>,
): Promise<Flush<Op>> {
  try {
    return await askLedger(journaling.what, () => onOneConnection(pool, journaling));
  } catch (error) {
    throw error instanceof SigningFailed ? error.cause : error;
  }
}

async function onOneConnection<Op extends JournalOperation>(
  pool: Pool,
  journaling: Journaling<Op>,
): Promise<Flush<Op>> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await inTransaction(client, journaling);
  } catch (error) {
    broken = await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

async function inTransaction<Op extends JournalOperation>(
  client: PoolClient,
  { lane, operations, begin, readBegun, sign }: Journaling<Op>,
): Promise<Flush<Op>> {
  const [, { rows }] = await askBoth(client, `begin; ${begin(literal(operations.map(toJson)))}`);
  const begun = readBegun(rows[0] as Readonly<Record<string, unknown>>);
  const accepted = operations.filter((_, index) => begun.refusals[index] === null);
  const refused = operations.flatMap((operation, index) => {
    const reason = begun.refusals[index];
    return reason ? [{ operation, reason }] : [];
  });
  failpoint('journal-judged', ...accepted.map(({ kind }) => kind));
  const signed = await Promise.resolve()
    .then(() => sign(begun, accepted))
    .catch((cause: unknown) => Promise.reject(new SigningFailed('signing failed', { cause })));
  if (signed === null) {
    await client.query('rollback');
    return { transaction: null, accepted, refused };
  }
  const transaction = toTransaction(lane, begun, accepted, signed);
  const record = `select ledger.record_transaction(${literal(rowOfTransaction(transaction, lane.fence))}, ${literal(accepted.map(toJson))})`;
  failpoint('journal-signed', ...accepted.map(({ kind }) => kind));
  await client.query(`${record}; commit`);
  failpoint('journal-committed', ...accepted.map(({ kind }) => kind));
  return { transaction, accepted, refused };
}

async function askBoth(client: PoolClient, sql: string): Promise<readonly [QueryResult, QueryResult]> {
  // One result for each statement; the types know of single statements only.
  return (await client.query(sql)) as unknown as readonly [QueryResult, QueryResult];
}

/** The error with which the connection must not be used again, or undefined. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function literal(value: unknown): string {
  return `${escapeLiteral(JSON.stringify(value))}::jsonb`;
}

function toJson({ settlementId, settlementKey, fingerprint, kind, attempt, owner }: JournalOperation) {
  const identity = { settlementKey: settlementKey.toLowerCase(), fingerprint: fingerprint.toLowerCase() };
  return { settlementId, ...identity, kind, attempt, runId: owner.runId, fence: owner.fence };
}

function toTransaction(
  { chainId, signer }: LaneLease,
  { nonce, replacement }: Begun,
  accepted: readonly JournalOperation[],
  signed: SignedFlush,
): JournaledTransaction {
  const { raw, maxFeePerGas, maxPriorityFeePerGas } = signed;
  const operations = accepted.map(({ settlementId, settlementKey, fingerprint, kind, attempt }) => ({
    settlementId,
    settlementKey,
    fingerprint,
    kind,
    attempt,
  }));
  return {
    chainId,
    signer,
    nonce,
    replacement,
    hash: signed.hash,
    raw,
    maxFeePerGas,
    maxPriorityFeePerGas,
    operations,
  };
}
