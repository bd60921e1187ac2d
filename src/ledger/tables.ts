import type { ColumnType, Generated } from 'kysely';
import type { ApiScope as Scope } from '../domain/apiToken';
import type { OrderJson } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import type { OperationKind } from '../domain/slot';
import type { SettlementStatus } from '../domain/status';

/** bigint columns come as text: a JS number could not hold them all. */
type BigintText = string;

export interface SettlementRow {
  readonly settlement_id: string;
  readonly position: BigintText;
  readonly settlement_key: string;
  readonly fingerprint: string;
  readonly order: OrderJson;
  readonly signature: string;
  readonly status: SettlementStatus;
  readonly source_chain: string;
  readonly destination_chain: string;
  readonly token: string;
  readonly amount: string;
  readonly holder: string;
  readonly recipient: string;
  readonly attempt: number;
  readonly burn_tx_hash: string | null;
  readonly mint_tx_hash: string | null;
  readonly refund_tx_hash: string | null;
  readonly compensated: boolean;
  readonly needs_operator: boolean;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly epoch: number;
  readonly owner_run_id: string;
  readonly owner_fence: BigintText;
  readonly owner_scheduled_at: Date;
}

export interface EventRow {
  readonly id: BigintText;
  readonly settlement_id: string;
  readonly seq: number;
  readonly from_status: SettlementStatus | null;
  readonly to_status: SettlementStatus;
  readonly attempt: number;
  readonly facts: unknown;
  readonly at: Date;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

export interface TransactionRow {
  readonly chain_id: BigintText;
  readonly signer: string;
  readonly nonce: BigintText;
  readonly replacement: number;
  readonly hash: string;
  readonly raw: string;
  readonly max_fee_per_gas: string;
  readonly max_priority_fee_per_gas: string;
  readonly lane_fence: BigintText;
  readonly created_at: Date;
  readonly final_at: Date | null;
}

export interface TransactionOperationRow {
  readonly hash: string;
  readonly position: number;
  readonly chain_id: BigintText;
  readonly settlement_id: string;
  readonly settlement_key: string;
  readonly fingerprint: string;
  readonly kind: OperationKind;
  readonly attempt: number;
}

export interface LeaseRow {
  readonly key: string;
  readonly holder: string | null;
  readonly fence: BigintText;
  readonly expires_at: Date;
}

export interface SealTable {
  readonly from_id: ColumnType<BigintText, number>;
  readonly to_id: ColumnType<BigintText, number>;
  readonly mac: Buffer;
  readonly at: Generated<Date>;
}

/** What a gateway applied, as a rebuild read it. */
export interface RebuildOperationRow {
  readonly id: BigintText;
  readonly chain_id: BigintText;
  readonly hash: string;
  readonly position: number;
  readonly settlement_key: string;
  readonly fingerprint: string;
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly order: OrderJson | null;
  readonly signature: string | null;
}

export interface TokenRow {
  readonly id: string;
  readonly secret_hash: Buffer;
  readonly name: string;
  readonly id_prefix: string | null;
  readonly scopes: readonly Scope[];
  readonly created_at: Generated<Date>;
  readonly revoked_at: Date | null;
}

/** What kysely knows of the schema. Writes go through the functions of the migrations. */
export interface Tables {
  readonly 'ledger.ledger': {
    readonly epoch: number;
    readonly reason: string;
    /** Of the rebuild that is under way. */
    readonly rebuild_epoch: number | null;
    readonly reconciled_event: BigintText;
  };
  readonly 'ledger.settlements': SettlementRow;
  readonly 'ledger.settlement_events': EventRow;
  readonly 'ledger.transactions': TransactionRow;
  readonly 'ledger.transaction_operations': TransactionOperationRow;
  readonly 'ledger.leases': LeaseRow;
  readonly 'ledger.event_seals': SealTable;
  readonly 'ledger.rebuild_blocks': { readonly chain_id: BigintText; readonly next_block: BigintText };
  readonly 'ledger.rebuild_operations': RebuildOperationRow;
  readonly 'ledger.resolutions': {
    readonly settlement_id: string;
    readonly run_id: string;
    readonly activity_id: string;
    readonly attempt: number;
    readonly status: SettlementStatus;
    readonly action: string;
    readonly said_by: string;
    readonly evidence: string;
  };
  readonly 'api.tokens': TokenRow;
  readonly 'api.webhooks': {
    readonly token_id: string;
    readonly url: string;
    readonly secret: string;
    readonly created_at: Generated<Date>;
  };
  readonly 'api.webhook_cursor': { readonly one: Generated<boolean>; readonly event: BigintText };
  readonly 'api.submissions': {
    readonly settlement_id: string;
    readonly holder: string;
    readonly reserved_at: Generated<Date>;
    readonly entered: Generated<boolean>;
    readonly answer: SettlementRecord | null;
  };
  readonly 'ledger.batches': {
    readonly batch_id: string;
    readonly digest: string;
    /** null: it still takes orders. */
    readonly size: number | null;
    readonly created_at: Generated<Date>;
  };
  readonly 'ledger.bulk_batches': { readonly batch_id: string; readonly started_at: Date | null };
  readonly 'ledger.batch_orders': {
    readonly batch_id: string;
    readonly position: number;
    readonly settlement_id: string;
    readonly fingerprint: string;
    readonly order: ColumnType<OrderJson, string>;
    readonly signature: string;
    readonly claimed_at: Generated<Date | null>;
  };
  readonly 'ledger.paused_routes': {
    readonly source_chain: string;
    readonly destination_chain: string;
    readonly reason: string;
    readonly paused_by: string;
    readonly paused_at: Generated<Date>;
  };
  readonly 'ledger.reconciled_blocks': {
    readonly chain_id: BigintText;
    readonly next_block: BigintText;
    readonly last_hash: string;
    readonly supplies: Readonly<Record<string, string>>;
  };
  readonly 'ledger.reconciled_nonces': {
    readonly chain_id: BigintText;
    readonly signer: string;
    readonly next_nonce: BigintText;
  };
}
