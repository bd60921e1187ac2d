import type { SettlementRecord } from '../domain/record';
import type { Slot } from '../domain/slot';
import type { SettlementStatus } from '../domain/status';

type Told = Pick<SettlementRecord, 'status' | 'attempt' | 'compensated'>;

/** Where the source slot is, for a row of attempt n: before the burn of n, Burned(n), Refunded(n), another order's, or nowhere near. */
type Source = 'before' | 'burned' | 'refunded' | 'otherOrder' | 'elsewhere';

const sourcesOf: Readonly<Record<SettlementStatus, readonly Source[]>> = {
  PENDING: ['before'],
  PROCESSING: ['before'],
  // The journal moves it on before anything is sent, and the worker tells of the burn after it is final.
  BURNING: ['before', 'burned'],
  BURNED: ['burned'],
  MINTING: ['burned'],
  MINTED: ['burned'],
  COMPLETED: ['burned'],
  COMPENSATING: ['burned', 'refunded'],
  FAILED: ['before', 'otherOrder'],
};

/** While the mint may be in and not told, while it must not be in, or while it must. */
const mintIn: Readonly<Partial<Record<SettlementStatus, 'may' | 'must'>>> = {
  MINTING: 'may',
  COMPENSATING: 'may',
  MINTED: 'must',
  COMPLETED: 'must',
};

/**
 * What of a row is not what its two final slots say, or null. A row may be behind its slots as far as a worker that is under
 * way can be, and no further; it is never ahead of them.
 */
export function compareSlots(row: Told, source: Slot, destination: Slot): string | null {
  const { status, attempt } = row;
  const where = sourceOf(source, attempt);
  const allowed: readonly Source[] = status === 'FAILED' && row.compensated ? ['refunded'] : sourcesOf[status];
  const told = `${status} of attempt ${attempt} in the ledger`;
  if (!allowed.includes(where)) return `${told}, the source slot is ${textOf(source)}`;
  const minted = destination.state === 'Minted';
  const mint = mintIn[status];
  // The worker that reversed a mint may have ended before the undo that follows moved the row on.
  const reversed = status === 'MINTED' && destination.state === 'Reversed';
  const fits =
    mint === 'must'
      ? (minted || reversed) && destination.attempt === attempt
      : !minted || (mint === 'may' && where === 'burned' && destination.attempt === attempt);
  return fits ? null : `${told}, the destination slot is ${textOf(destination)}`;
}

function sourceOf({ state, attempt: slotAttempt }: Slot, attempt: number): Source {
  if (state === 'None') return attempt === 0 ? 'before' : 'elsewhere';
  if (state === 'OtherOrder') return 'otherOrder';
  if (state === 'Refunded' && slotAttempt === attempt - 1) return 'before';
  if (slotAttempt !== attempt) return 'elsewhere';
  if (state === 'Burned') return 'burned';
  return state === 'Refunded' ? 'refunded' : 'elsewhere';
}

function textOf({ state, attempt }: Slot): string {
  return state === 'None' || state === 'OtherOrder' ? state : `${state}(${attempt})`;
}
