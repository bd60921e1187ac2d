import { createHash, createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

const pageSize = 5_000;

interface SealedRow {
  readonly id: string;
  readonly settlement_id: string;
  readonly seq: number;
  readonly hash: Buffer;
}

/**
 * The seal of a range of event ids, chained to the one before it. It covers ids and hashes; that a hash fits its event is for
 * `verifyEvents` to say.
 */
export async function sealDigest(
  context: LedgerContext,
  key: string,
  range: { readonly fromId: number; readonly toId: number },
  previousMac: Buffer | null,
): Promise<Buffer> {
  const rows = createHash('sha256');
  for (let after = range.fromId - 1; ;) {
    const page = await readPage(context, after, range.toId);
    for (const { id, settlement_id, seq, hash } of page) {
      rows.update(`${id} ${settlement_id} ${seq} ${hash.toString('hex')}\n`);
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    after = Number(last.id);
  }
  const text = ['settlement seal 1', range.fromId, range.toId, rows.digest('hex'), previousMac?.toString('hex') ?? ''];
  return createHmac('sha256', key).update(text.join('\n')).digest();
}

async function readPage({ db }: LedgerContext, after: number, toId: number): Promise<readonly SealedRow[]> {
  const query = sql<SealedRow>`select id, settlement_id, seq, hash from ledger.settlement_events
    where id > ${after} and id <= ${toId} order by id limit ${pageSize}`;
  return (await askLedger('events cannot be read', () => query.execute(db))).rows;
}
