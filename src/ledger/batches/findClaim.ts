import type { SignedOrder } from '../../domain/order';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** An order that was accepted in bulk. */
export interface Claim extends SignedOrder {
  readonly batchId: string;
  readonly fingerprint: `0x${string}`;
  readonly claimedAt: Date;
}

/** What was accepted in bulk under an id, or null. @throws TransientError LEDGER_UNAVAILABLE */
export async function findClaim({ db }: LedgerContext, settlementId: string): Promise<Claim | null> {
  const row = await askLedger(`whether ${settlementId} was accepted cannot be read`, () =>
    db
      .selectFrom('ledger.batch_orders')
      .select(['batch_id', 'order', 'signature', 'fingerprint', 'claimed_at'])
      .where('settlement_id', '=', settlementId)
      .where('claimed_at', 'is not', null)
      .executeTakeFirst(),
  );
  if (!row?.claimed_at) return null;
  const { batch_id: batchId, order, claimed_at: claimedAt } = row;
  const [signature, fingerprint] = [row.signature as `0x${string}`, row.fingerprint as `0x${string}`];
  return { batchId, order, signature, fingerprint, claimedAt };
}
