import { getAddress, parseTransaction, type Hex } from 'viem';
import { Client } from 'pg';
import { groupBy } from './checker';
import type { JournaledOperation, LeaseSample, LedgerFacts, TransactionRow } from './world';

/** The ledger's tables as they are, by plain SQL in one snapshot; Postgres makes the JSON, so that no client type gets between. */
export async function readLedger(databaseUrl: string): Promise<LedgerFacts> {
  const client = new Client(databaseUrl);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    return {
      epoch: (await rows<{ epoch: number }>(client, 'select epoch from ledger.ledger'))[0]?.epoch ?? 0,
      settlements: await rows(client, settlementsSql),
      attempts: await rows(client, attemptsSql),
      events: await rows(client, eventsSql),
      transactions: await readTransactions(client),
      leases: await readLeases(client),
    };
  } finally {
    await client.end();
  }
}

export function readLeases(client: Client): Promise<LeaseSample[]> {
  return rows(client, 'select key, holder, fence::float8 as fence from ledger.leases order by key');
}

const settlementsSql = `
  select settlement_id as "settlementId", settlement_key as "settlementKey", fingerprint, status, attempt,
    amount::text as amount, holder, recipient, token, burn_tx_hash as "burnTxHash", mint_tx_hash as "mintTxHash",
    refund_tx_hash as "refundTxHash", compensated,
    needs_operator as "needsOperator", owner_fence::float8 as "ownerFence"
  from ledger.settlements order by settlement_id`;

const attemptsSql = `
  select settlement_id as "settlementId", attempt, mint_journaled as "mintJournaled", no_mint_mark as "noMintMark"
  from ledger.attempts`;

const eventsSql = `
  select id::float8 as id, settlement_id as "settlementId", seq::int as seq, from_status as "fromStatus",
    to_status as "toStatus", attempt, facts::text as "factsText", (extract(epoch from at) * 1000000)::bigint::text as "atMicros",
    '0x' || encode(previous_hash, 'hex') as "previousHash", '0x' || encode(hash, 'hex') as hash
  from ledger.settlement_events order by settlement_id, seq`;

const transactionsSql = `
  select chain_id::float8 as "chainId", signer, nonce::float8 as nonce, replacement, hash, raw,
    lane_fence::float8 as "laneFence", extract(epoch from created_at)::float8 * 1000 as "createdAtMs"
  from ledger.transactions`;

const operationsSql = `
  select hash, settlement_id as "settlementId", settlement_key as "settlementKey", fingerprint, kind, attempt
  from ledger.transaction_operations order by hash, position`;

async function readTransactions(client: Client): Promise<TransactionRow[]> {
  const operations = await rows<JournaledOperation & { hash: Hex }>(client, operationsSql);
  const operationsOf = groupBy(operations, ({ hash }) => hash);
  return (await rows<Omit<TransactionRow, 'operations' | 'signedNonce'>>(client, transactionsSql)).map((row) => ({
    ...row,
    signedNonce: nonceIn(row.raw),
    signer: getAddress(row.signer),
    operations: operationsOf.get(row.hash) ?? [],
  }));
}

function nonceIn(raw: Hex): number | null {
  try {
    return parseTransaction(raw).nonce ?? 0; // an empty field is zero
  } catch {
    return null;
  }
}

async function rows<Row>(client: Client, sql: string): Promise<Row[]> {
  return (await client.query(sql)).rows as Row[];
}
