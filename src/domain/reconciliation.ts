/** What a look at chains, ledger and Temporal found that must not be. */
export const findingKinds = [
  'mintWithoutBurn', // I1: minted, and no burn of the attempt pays for it
  'mintedAndRefunded', // I4
  'supply', // I1: a token's supply is not what its own logs, or the gateway's, make it
  'finalityBroken', // a block that was final is not on the chain any more
  'rowAndSlots', // the ledger's row and the slots tell different stories
  'unknownSettlement', // a gateway applied what the ledger does not know
  'foreignTransaction', // one of our keys sent what no journal knows
  'lostRun', // a settlement without a run that could not be taken up
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly settlementId: string | null;
  /** By the names of its chains, where it is of one route; null where it is of every route of its chain, or of none. */
  readonly route: { readonly sourceChain: string; readonly destinationChain: string } | null;
  /** Where it was seen. */
  readonly chain: string | null;
  readonly what: string;
}

/** No new money moves on their routes before an operator has looked. */
export const pausingKinds: ReadonlySet<FindingKind> = new Set<FindingKind>([
  'mintWithoutBurn',
  'mintedAndRefunded',
  'supply',
  'finalityBroken',
]);

/** One bounded look. */
export interface ReconciledPage {
  readonly findings: readonly Finding[];
  /** How many things were looked at: operations, rows, keys or settlements without a run. */
  readonly looked: number;
  readonly adopted: readonly string[];
  /** Null: there is nothing left to look at. */
  readonly next: string | null;
}

export interface ReconciliationActivities {
  reconcileChain(request: { readonly after: string | null }): Promise<ReconciledPage>;
  reconcileRows(request: { readonly after: string | null }): Promise<ReconciledPage>;
  reconcileKeys(request: { readonly after: string | null }): Promise<ReconciledPage>;
  adoptOrphans(request: { readonly after: string | null }): Promise<ReconciledPage>;
}

export interface ReconciliationReport {
  readonly looked: Readonly<Record<keyof ReconciliationActivities, number>>;
  readonly adopted: number;
  readonly findingCount: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}
