import { hasMoved, twiceBit } from './chain';
import { isBurned, mostAttempts } from './gateway';
import type { Look } from './look';

const attempts = Array.from({ length: mostAttempts }, (_, attempt) => attempt);

/**
 * The invariant that a state breaks, in words, or null. They read what the chains would show to anybody at their latest blocks
 * (which may become final as they are), and the ledger's row.
 */
export function brokenInvariant(look: Look, judgesFence: boolean): string | null {
  if (judgesFence && look.state.isFenceBroken) return 'I11: a write of a run that does not drive the row was accepted';
  return brokenByChains(look) ?? brokenByRow(look);
}

function brokenByChains({ state, source, destination }: Look): string | null {
  if ((source.moved & twiceBit) !== 0) return 'I3: burned or refunded twice in one attempt';
  if ((destination.moved & twiceBit) !== 0) return 'I2: minted twice in one attempt';
  if (attempts.every((attempt) => hasMoved(destination, 'Mint', attempt))) return 'I2: minted in two attempts';
  for (const attempt of attempts) {
    if (!hasMoved(destination, 'Mint', attempt)) continue;
    if (hasMoved(source, 'Refund', attempt)) return `I4: minted and refunded in attempt ${attempt}`;
    if (!hasMoved(state.source.final, 'Burn', attempt))
      return `I6: minted in attempt ${attempt}, whose burn is not final`;
  }
  return null;
}

function brokenByRow({ state, source, destination }: Look): string | null {
  const { ledger, isFailedByBackup } = state;
  if (ledger.status === 'FAILED' && !isFailedByBackup) {
    const lost = attempts.find((attempt) => hasMoved(source, 'Burn', attempt) && !hasMoved(source, 'Refund', attempt));
    if (lost !== undefined) return `FAILED, and the burn of attempt ${lost} stands`;
  }
  if (ledger.status === 'COMPLETED' && !hasMoved(destination, 'Mint', ledger.attempt))
    return 'COMPLETED, and not minted';
  return null;
}

/** Ended, and the money is where it belongs: this is what every settlement must be able to reach. */
export function isEnd({ state, source, destination }: Look): boolean {
  const { status, attempt } = state.ledger;
  if (status === 'COMPLETED') return hasMoved(source, 'Burn', attempt) && hasMoved(destination, 'Mint', attempt);
  if (status !== 'FAILED') return false;
  return attempts.every((n) => !hasMoved(source, 'Burn', n) || hasMoved(source, 'Refund', n));
}

/**
 * Known, and not mended: states from which a settlement does not come to its end by itself, nor by a caller's or operator's
 * word. Counted as ends, so that whatever else is stuck is still found. docs/model.md tells of both.
 */
export function isKnownHold(look: Look): boolean {
  return isLeftBehind(look);
}

/**
 * The order ran out and no burn of it stands: nothing can move and nothing is owed, only the row does not say so, and `settle
 * retry`, which would have it said, answers EXPIRED. Of a run that was terminated, or a ledger that was restored.
 */
function isLeftBehind({ state }: Look): boolean {
  const { final } = state.source;
  const mayBe = state.run.at === 'terminated' || state.stage !== 'whole';
  return mayBe && final.isExpired && !isBurned(final.slot);
}
