// Fills a ledger with settlements that never were: by SQL, through the same tables and triggers that real ones go through, so
// that indexes, event chains and dead rows are what they would be.

const burnTx = hashOf('burn');
const mintTx = hashOf('mint');
/** Each step's facts as they are written with it, the legal way to COMPLETED. */
const steps = [
  `status = 'BURNING'`,
  `status = 'BURNED', burn_tx_hash = ${burnTx}`,
  `status = 'MINTING'`,
  `status = 'MINTED', mint_tx_hash = ${mintTx}`,
  `status = 'COMPLETED'`,
];
/** A signer no lane has: its nonces are nobody's to follow. */
const signer = `'0x${'5e'.repeat(20)}'`;

/**
 * @param {import('pg').Client} database
 * @param {number} count
 * @throws Error when there is no completed settlement to take after
 */
export async function growLedger(database, count) {
  const { rows } = await database.query(
    `select settlement_id from ledger.settlements where status = 'COMPLETED' order by position desc limit 1`,
  );
  if (rows.length === 0) throw new Error('the ledger holds no completed settlement to take after');
  const like = rows[0].settlement_id;
  await database.query(settlements, [count, like]);
  for (const step of steps) {
    await database.query(
      `update ledger.settlements set ${step}, updated_at = clock_timestamp() where settlement_id like 'grown-%'`,
    );
  }
  await database.query(attempts);
  for (const [kind, chain, hash] of [
    ['Burn', 'sourceChainId', burnTx],
    ['Mint', 'destinationChainId', mintTx],
  ]) {
    await database.query(transactionsOf(chain, hash));
    await database.query(operationsOf(kind, chain, hash));
  }
  await database.query('vacuum analyze ledger.settlements');
  await database.query('analyze');
}

const settlements = `
  insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status, source_chain, destination_chain,
    token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
  select g.settlement_id, ${hashOf('key', 'g.')}, ${hashOf('fingerprint', 'g.')},
    t."order" || jsonb_build_object('settlementId', g.settlement_id), t.signature, 'PROCESSING',
    t.source_chain, t.destination_chain, t.token, t.amount, t.holder, t.recipient, t.attempt, t.epoch, t.owner_run_id,
    t.owner_fence, t.owner_scheduled_at
  from (select 'grown-' || n as settlement_id from generate_series(1, $1::integer) n) g, ledger.settlements t
  where t.settlement_id = $2`;

const attempts = `
  insert into ledger.attempts (settlement_id, attempt, mint_journaled)
  select settlement_id, attempt, true from ledger.settlements where settlement_id like 'grown-%'`;

/** Raw transactions of a realistic size: a lone burn is some 1,100 bytes. */
const transactionsOf = (chain, hash) => `
  insert into ledger.transactions
    (chain_id, signer, nonce, replacement, hash, raw, max_fee_per_gas, max_priority_fee_per_gas, lane_fence, final_at)
  select ("order" ->> '${chain}')::bigint, ${signer}, row_number() over () - 1, 0, ${hash}, '0x' || repeat('ab', 1100),
    2000000000, 1000000000, 1, clock_timestamp()
  from ledger.settlements where settlement_id like 'grown-%'`;

const operationsOf = (kind, chain, hash) => `
  insert into ledger.transaction_operations
    (hash, position, chain_id, settlement_id, settlement_key, fingerprint, kind, attempt)
  select ${hash}, 0, ("order" ->> '${chain}')::bigint, settlement_id, settlement_key, fingerprint, '${kind}', attempt
  from ledger.settlements where settlement_id like 'grown-%'`;

/** An SQL expression: a hash of its own for each row and purpose. */
function hashOf(purpose, table = '') {
  return `'0x' || encode(sha256(convert_to(${table}settlement_id || ' ${purpose}', 'UTF8')), 'hex')`;
}
