/** Lists are newest first, by position; each way to ask has an index that ends in it. */
export const search = `
create index settlements_of_prefix on ledger.settlements ((substring(settlement_id from '^[^-]*-')), position);
create index settlements_of_holder on ledger.settlements (holder, position);
create index settlements_of_recipient on ledger.settlements (recipient, position);
create index settlements_of_route on ledger.settlements (source_chain, destination_chain, position);
create index settlements_for_operator on ledger.settlements (position) where needs_operator;
create index settlements_open on ledger.settlements (holder) where status not in ('COMPLETED', 'FAILED');
create index settlements_burn on ledger.settlements (burn_tx_hash) where burn_tx_hash is not null;
create index settlements_mint on ledger.settlements (mint_tx_hash) where mint_tx_hash is not null;
create index settlements_refund on ledger.settlements (refund_tx_hash) where refund_tx_hash is not null;
`;
