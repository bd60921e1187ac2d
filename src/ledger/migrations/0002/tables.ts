import { operationKinds } from '../../../domain/slot';
import { appRole } from '../0001/roles';

const kinds = operationKinds.map((kind) => `'${kind}'`).join(', ');

/** What was read of the chains and is not a settlement yet: on disk, so that a rebuild needs no memory and can be taken up again. */
export const tables = `
-- The epoch of the rebuild that is under way; null: none is, and the ledger is open.
alter table ledger.ledger add column rebuild_epoch integer;

-- How far each chain was read.
create table ledger.rebuild_blocks (
  chain_id bigint primary key,
  next_block bigint not null check (next_block >= 0)
);

-- What the gateways applied, in the order of reading, which of one chain is the order of its blocks.
create table ledger.rebuild_operations (
  id bigint generated always as identity primary key,
  chain_id bigint not null,
  hash text not null,
  position integer not null,
  settlement_key text not null,
  fingerprint text not null,
  kind text not null check (kind in (${kinds})),
  attempt integer not null,
  -- Null where the calldata does not tell it: the gateway was called by another contract.
  "order" jsonb,
  signature text,
  unique (chain_id, hash, position)
);
create index rebuild_operations_of on ledger.rebuild_operations (settlement_key, id);

grant select on ledger.rebuild_blocks, ledger.rebuild_operations to ${appRole};
grant insert, update on ledger.rebuild_blocks to ${appRole};
grant insert on ledger.rebuild_operations to ${appRole};
`;
