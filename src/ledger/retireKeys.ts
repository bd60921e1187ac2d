import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** A key on one chain. */
export interface ChainKey {
  readonly chainId: number;
  readonly signer: `0x${string}`;
}

/**
 * Lists keys as of before an epoch, together with every key of the journal: none of them signs in it, or in a later one. False when
 * the epoch is not the ledger's any more, or a rebuild is under way.
 */
export async function retireKeys({ db }: LedgerContext, epoch: number, keys: readonly ChainKey[]): Promise<boolean> {
  const json = JSON.stringify(keys.map(({ chainId, signer }) => ({ chain_id: chainId, signer: signer.toLowerCase() })));
  const { rows } = await askLedger('its keys cannot be listed', () =>
    sql<{ readonly done: boolean }>`select ledger.retire_keys(${epoch}, ${json}::jsonb) as done`.execute(db),
  );
  return rows[0]?.done === true;
}
