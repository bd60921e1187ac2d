import { attemptOf } from '../../src/domain/slot';
import type { Reading } from './deed';
import { attemptIn, isBurned, stateOf } from './gateway';
import type { Look } from './look';
import { currentEpoch, type Intent, type State } from './state';

/** In the note of an intent to enter: the final slot was Burned. */
export const burnStands = 1;

/** What the burn activity reads before it enters: the attempt, from the final source slot, and whether its burn stands. */
export function readForEntry({ state }: Look): Reading {
  const { slot } = state.source.final;
  const attempt = attemptOf({ state: stateOf(slot), attempt: attemptIn(slot), orderHash: '0x' });
  return { attempt, note: isBurned(slot) ? burnStands : 0 };
}

/** `ledger.enter` of a retry (every run after the first is one). Null: refused, or nothing changes. */
export function enter(look: Look, { attempt, owner, note }: Intent): State | null {
  const { state, rules } = look;
  const { ledger } = state;
  if (rules.closedEntry && state.stage === 'closed') return null;
  const isFound = note === burnStands && rules.epochOfFoundBurn;
  const epoch = isFound ? 'unknown' : currentEpoch(state);
  const entered = { ...ledger, owner };
  switch (ledger.status) {
    case 'absent':
      return { ...state, ledger: { ...entered, status: 'PROCESSING', attempt, epoch } };
    case 'PROCESSING':
      if (ledger.owner === owner) {
        if (!isFound || ledger.attempt !== attempt || ledger.epoch === 'unknown') return null;
        return { ...state, ledger: { ...ledger, epoch } };
      }
      if (owner > ledger.owner) return null;
      return { ...state, ledger: { ...entered, attempt, epoch: isFound ? 'unknown' : ledger.epoch } };
    case 'FAILED':
      // Only a later run's retry lifts it; its first run's workers get the answer that stands.
      if (owner >= ledger.owner) return null;
      return { ...state, isFailedByBackup: false, ledger: { ...entered, status: 'PROCESSING', attempt, epoch } };
    default:
      // The slot shows a later attempt: this one was refunded, and the backup forgot it.
      if (isBehind(ledger.attempt, attempt, note) && owner <= ledger.owner) {
        return { ...state, ledger: { ...entered, status: 'PROCESSING', attempt, epoch } };
      }
      return owner >= ledger.owner ? null : { ...state, ledger: entered };
  }
}

function isBehind(known: number, attempt: number, note: number): boolean {
  return attempt > known && (note === burnStands || attempt > known + 1);
}

/** `ownedSettlement`, past the burn: takes over what stands, but never lifts FAILED and never makes a row. */
export function takeOver(look: Look): State | null {
  const { ledger, run } = look.state;
  if (ledger.status === 'absent' || ledger.status === 'FAILED' || ledger.owner === 0) return null;
  if (run.at === 'burn') return null;
  return enter(look, { deed: 'Enter', attempt: ledger.attempt, owner: 0, note: burnStands });
}
