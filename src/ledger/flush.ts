import { escapeLiteral } from 'pg';
import { journalTransaction, type Begun } from './journalTransaction';
import type { Flush, JournalOperation, LaneLease } from './ledger';
import type { LedgerContext } from './openLedger';
import { laneKeyOf, type Sign } from './transactions';

export interface FlushOptions {
  /** The chain's next nonce of the signer, for the case that it is ahead of the journal. */
  readonly atLeastNonce?: number;
}

/**
 * Journals one transaction on the lane's next nonce, before anybody broadcasts it: checks the lease, judges each operation
 * under its settlement's lock, moves PROCESSING to BURNING and BURNED to MINTING, has it signed, and commits. When nothing is
 * accepted nothing is signed and no nonce is used. An answer that was lost may have been a yes: `openTransactions` tells.
 * @throws TransientError LEASE_LOST, LEDGER_UNAVAILABLE
 */
export function flush<Op extends JournalOperation>(
  context: LedgerContext,
  lane: LaneLease,
  operations: readonly Op[],
  sign: Sign<Op>,
  { atLeastNonce = 0 }: FlushOptions = {},
): Promise<Flush<Op>> {
  const [key, holder, signer] = [laneKeyOf(lane), lane.holder, lane.signer.toLowerCase()].map(escapeLiteral);
  return journalTransaction(context, {
    what: `chain ${lane.chainId}: nothing was journaled`,
    lane,
    operations,
    begin: (json) =>
      `select nonce, to_json(refusals) as refusals from ledger.begin_flush(${key}, ${holder}, ${lane.fence}, ${lane.chainId}, ${signer}, ` +
      `${atLeastNonce}, ${json})`,
    readBegun: (row) => ({
      nonce: Number(row.nonce),
      replacement: 0,
      refusals: row.refusals as Begun['refusals'],
    }),
    sign: ({ nonce }, accepted) => (accepted.length === 0 ? null : sign(nonce, accepted)),
  });
}
