import { groupBy, needsLedger, type Checker } from './checker';
import type { LeaseSample, LedgerFacts, TransactionRow } from './world';

export const i11Fences: Checker = {
  invariant: 'I11',
  says: 'lease fences only grow, one fence has one holder, no transaction was journaled under an old fence',
  check({ ledger, leaseSamples }) {
    if (!ledger) return needsLedger;
    return [
      ...sampleFindings([...leaseSamples, ...ledger.leases]),
      ...journalFindings(ledger),
      ...ownerFindings(ledger),
    ];
  },
};

/** `samples` in the order they were taken. */
function sampleFindings(samples: readonly LeaseSample[]): string[] {
  return [...groupBy(samples, ({ key }) => key)].flatMap(([key, looks]) => {
    const found: string[] = [];
    const holders = new Map<number, string>();
    let highest = 0;
    for (const { fence, holder } of looks) {
      if (fence < highest) found.push(`${key}: fence ${fence} was seen after ${highest}`);
      highest = Math.max(highest, fence);
      const known = holders.get(fence);
      if (holder !== null && known !== undefined && known !== holder) {
        found.push(`${key}: fence ${fence} was held by ${known} and by ${holder}`);
      }
      if (holder !== null) holders.set(fence, holder);
    }
    return found;
  });
}

/** Nonces are handed out one after the other under the lane's lock: an old fence behind a newer one was accepted though stale. */
function journalFindings({ transactions }: LedgerFacts): string[] {
  const lanes = groupBy(transactions, ({ chainId, signer }) => `${chainId}/${signer}`);
  return [...lanes].flatMap(([lane, rows]) => [
    ...growing(
      lane,
      [...rows].filter(({ replacement }) => replacement === 0).sort((a, b) => a.nonce - b.nonce),
    ),
    ...[...groupBy(rows, ({ nonce }) => nonce).values()].flatMap((ofNonce) =>
      growing(
        lane,
        [...ofNonce].sort((a, b) => a.replacement - b.replacement),
      ),
    ),
  ]);
}

/** The run that drives a settlement is fenced as well: its events tell under which fence each was written. */
function ownerFindings({ events }: LedgerFacts): string[] {
  return [...groupBy(events, ({ settlementId }) => settlementId)].flatMap(([id, chain]) => {
    let highest = 0;
    return chain.flatMap(({ seq, factsText }) => {
      const { fence } = JSON.parse(factsText) as { readonly fence?: number };
      const stale = fence !== undefined && fence < highest;
      const found = stale ? [`${id} seq ${seq}: written under fence ${fence} after ${highest}`] : [];
      highest = Math.max(highest, fence ?? 0);
      return found;
    });
  });
}

function growing(lane: string, rows: readonly TransactionRow[]): string[] {
  return rows.flatMap((row, at) => {
    const before = rows[at - 1];
    if (!before || before.laneFence <= row.laneFence) return [];
    return [
      `lane ${lane}: nonce ${row.nonce} was journaled under fence ${row.laneFence} after fence ${before.laneFence}`,
    ];
  });
}
