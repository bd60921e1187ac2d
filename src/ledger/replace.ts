import { escapeLiteral } from 'pg';
import { journalTransaction, type Begun } from './journalTransaction';
import type { Flush, JournalOperation, LaneLease } from './ledger';
import type { LedgerContext } from './openLedger';
import { laneKeyOf, type Sign } from './transactions';

/**
 * As `flush`, on a nonce that is journaled already and not final: a fee bump, or a refill with other operations or with none.
 * What is left out may still land until the nonce is final.
 * @throws TransientError LEASE_LOST, LEDGER_UNAVAILABLE; PermanentError ILLEGAL_STEP when the nonce is not open
 */
export function replace<Op extends JournalOperation>(
  context: LedgerContext,
  lane: LaneLease,
  nonce: number,
  operations: readonly Op[],
  sign: Sign<Op>,
): Promise<Flush<Op>> {
  const [key, holder, signer] = [laneKeyOf(lane), lane.holder, lane.signer.toLowerCase()].map(escapeLiteral);
  return journalTransaction(context, {
    what: `chain ${lane.chainId}: nonce ${nonce} was not replaced`,
    lane,
    operations,
    begin: (json) =>
      `select replacement, to_json(refusals) as refusals from ledger.begin_replacement(${key}, ${holder}, ${lane.fence}, ${lane.chainId}, ` +
      `${signer}, ${nonce}, ${json})`,
    readBegun: (row) => ({ nonce, replacement: Number(row.replacement), refusals: row.refusals as Begun['refusals'] }),
    // Also with no operation at all: the nonce must be used.
    sign: (_, accepted) => sign(nonce, accepted),
  });
}
