import { sql } from 'kysely';
import { PermanentError } from '../../domain/errors';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** From the next request on it is unknown. Returns its id. @throws PermanentError NOT_FOUND */
export async function revokeToken({ db }: LedgerContext, nameOrId: string): Promise<string> {
  const revoked = await askLedger('the token cannot be revoked', () =>
    db
      .updateTable('api.tokens')
      .set({ revoked_at: sql<Date>`clock_timestamp()` })
      .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst(),
  );
  if (!revoked) throw new PermanentError('NOT_FOUND', `no live token ${nameOrId}`);
  return revoked.id;
}
