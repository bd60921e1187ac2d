import { appRole } from '../0001/roles';

/** How far the reconciliation has looked, so that the next one looks at what is new. */
export const progress = `
-- Of each chain: the first block that was not looked at, and the hash of the last that was. It was final then.
create table ledger.reconciled_blocks (
  chain_id bigint primary key,
  next_block bigint not null,
  last_hash text not null,
  -- Of each token, what its supply must be at that block, in base units; a token that is not in it was never counted.
  supplies jsonb not null
);

-- Of each key: every final nonce below is in the journal, or was told of.
create table ledger.reconciled_nonces (
  chain_id bigint not null,
  signer text not null,
  next_nonce bigint not null,
  primary key (chain_id, signer)
);

-- Of the settlements' events: rows that changed up to here were held against their slots.
alter table ledger.ledger add column reconciled_event bigint not null default 0;

grant select, insert, update on ledger.reconciled_blocks, ledger.reconciled_nonces to ${appRole};
`;
