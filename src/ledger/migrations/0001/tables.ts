import { statuses } from '../../../domain/status';
import { operationKinds } from '../../../domain/slot';

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const hash = `~ '^0x[0-9a-f]{64}$'`;

/** Hashes, keys and signers are lower-case hex: one thing must not be there twice in two spellings. */
export const tables = `
create table ledger.ledger (
  one boolean primary key default true check (one),
  -- Bumped by every restore and rebuild; fences carry it in their upper bits and must stay safe integers.
  epoch integer not null check (epoch between 0 and 1000000),
  reason text not null,
  changed_at timestamptz not null default clock_timestamp()
);
insert into ledger.ledger (epoch, reason) values (0, 'a new ledger');

create table ledger.settlements (
  settlement_id text collate "C" primary key check (settlement_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- The order of arrival, for lists.
  position bigint generated always as identity,
  settlement_key text not null unique check (settlement_key ${hash}),
  fingerprint text not null check (fingerprint ${hash}),
  "order" jsonb not null,
  signature text not null,
  status text not null check (status in (${list(statuses)})),
  source_chain text not null,
  destination_chain text not null,
  token text not null,
  amount text not null check (amount ~ '^[1-9][0-9]*$'),
  holder text not null,
  recipient text not null,
  attempt integer not null check (attempt between 0 and 255),
  burn_tx_hash text,
  mint_tx_hash text,
  refund_tx_hash text,
  compensated boolean not null default false,
  needs_operator boolean not null default false,
  error_code text,
  error_message text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  -- Of the ledger when the attempt began; -1: it was found burned on chain, and this ledger never knew of it.
  epoch integer not null,
  owner_run_id text not null,
  owner_fence bigint not null,
  owner_scheduled_at timestamptz not null
);
create unique index settlements_position on ledger.settlements (position);
create index settlements_status on ledger.settlements (status, position);

create table ledger.attempts (
  settlement_id text collate "C" not null,
  attempt integer not null,
  mint_journaled boolean not null default false,
  no_mint_mark boolean not null default false,
  primary key (settlement_id, attempt),
  -- Proof 2 of a refund, as a fact of the table.
  check (not (mint_journaled and no_mint_mark))
);

create table ledger.settlement_events (
  id bigint generated always as identity primary key,
  settlement_id text collate "C" not null,
  seq integer not null,
  from_status text,
  to_status text not null,
  attempt integer not null,
  facts jsonb not null,
  at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null,
  unique (settlement_id, seq)
);

create table ledger.transactions (
  chain_id bigint not null,
  signer text not null check (signer ~ '^0x[0-9a-f]{40}$'),
  nonce bigint not null check (nonce >= 0),
  replacement integer not null,
  hash text not null unique check (hash ${hash}),
  raw text not null,
  max_fee_per_gas numeric(78) not null,
  max_priority_fee_per_gas numeric(78) not null,
  lane_fence bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  final_at timestamptz,
  primary key (chain_id, signer, nonce, replacement)
);
create index transactions_open on ledger.transactions (chain_id, signer, nonce) where final_at is null;

create table ledger.transaction_operations (
  hash text not null references ledger.transactions (hash),
  position integer not null,
  chain_id bigint not null,
  settlement_id text collate "C" not null,
  settlement_key text not null,
  fingerprint text not null,
  kind text not null check (kind in (${list(operationKinds)})),
  attempt integer not null,
  primary key (hash, position)
);
-- The chain last: the proofs ask over all chains.
create index transaction_operations_of on ledger.transaction_operations (fingerprint, kind, attempt, chain_id);

create table ledger.leases (
  key text primary key,
  -- Null after a release. The row stays, so that no fence is ever given twice.
  holder text,
  fence bigint not null,
  expires_at timestamptz not null
);

create table ledger.event_seals (
  from_id bigint primary key,
  to_id bigint not null check (to_id >= from_id),
  mac bytea not null,
  at timestamptz not null default clock_timestamp()
);
`;
