import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import { sealDigest } from './sealDigest';
import type { Seal } from './sealEvents';

export type SealsVerified =
  | { readonly ok: true; readonly seals: number; readonly upToId: number }
  | { readonly ok: false; readonly seal: Seal; readonly what: string };

const pageSize = 500;

/** Computes every seal again, with the key that made it. Says the first that does not fit. */
export async function verifySeals(context: LedgerContext, key: string): Promise<SealsVerified> {
  let [seals, upToId] = [0, 0];
  let previousMac: Buffer | null = null;
  for (;;) {
    const page = await readPage(context, upToId);
    for (const row of page) {
      const seal = { fromId: Number(row.from_id), toId: Number(row.to_id) };
      if (seal.fromId !== upToId + 1) return { ok: false, seal, what: `it does not begin after id ${upToId}` };
      const mac = await sealDigest(context, key, seal, previousMac);
      if (!mac.equals(row.mac))
        return { ok: false, seal, what: 'its events, or the seal, are not those that were sealed' };
      previousMac = row.mac;
      upToId = seal.toId;
      seals++;
    }
    if (page.length < pageSize) return { ok: true, seals, upToId };
  }
}

function readPage({ db }: LedgerContext, after: number) {
  return askLedger('seals cannot be read', () =>
    db
      .selectFrom('ledger.event_seals')
      .selectAll()
      .where('from_id', '>', `${after}`)
      .orderBy('from_id')
      .limit(pageSize)
      .execute(),
  );
}
