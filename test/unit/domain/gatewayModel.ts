import type { OperationKind, SlotState } from '../../../src/domain/slot';

/**
 * The gateway's slot as section 5 of the design tells it, written from that table and from nothing in src. A slot is a text,
 * such as `Burned(2)` or `None`; each operation lists the texts it is allowed on.
 */
export type ModelSlot = 'None' | `${Exclude<SlotState, 'None'>}(${number})`;

export interface Answer {
  readonly outcome: 'applied' | 'alreadyApplied' | 'superseded';
  readonly slot: ModelSlot;
}

const mostAttempts = 256;
const upTo = (end: number): number[] => Array.from({ length: end }, (_, attempt) => attempt);

const rows: Record<OperationKind, { after: (n: number) => ModelSlot; allowedOn: (n: number) => ModelSlot[] }> = {
  Burn: { after: (n) => `Burned(${n})`, allowedOn: (n) => (n === 0 ? ['None'] : [`Refunded(${n - 1})`]) },
  Refund: { after: (n) => `Refunded(${n})`, allowedOn: (n) => [`Burned(${n})`] },
  Mint: {
    after: (n) => `Minted(${n})`,
    allowedOn: (n) => ['None', ...upTo(n).map((earlier): ModelSlot => `Cancelled(${earlier})`)],
  },
  CancelMint: {
    after: (n) => `Cancelled(${n})`,
    allowedOn: (n) => ['None', ...upTo(n).map((earlier): ModelSlot => `Cancelled(${earlier})`)],
  },
  ReverseMint: { after: (n) => `Reversed(${n})`, allowedOn: (n) => [`Minted(${n})`] },
};

/** What the gateway does with an operation while nothing else (time, limits, consent) speaks against it. */
export function executeOnModel(slot: ModelSlot, kind: OperationKind, attempt: number): Answer {
  const { after, allowedOn } = rows[kind];
  const laterTombstones =
    kind === 'CancelMint'
      ? upTo(mostAttempts)
          .filter((later) => later > attempt)
          .map((later) => after(later))
      : [];
  if ([after(attempt), ...laterTombstones].includes(slot)) return { outcome: 'alreadyApplied', slot };
  if (allowedOn(attempt).includes(slot)) return { outcome: 'applied', slot: after(attempt) };
  return { outcome: 'superseded', slot };
}
