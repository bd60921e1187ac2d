import { isLegalTransition, type SettlementStatus } from '../../src/domain/status';
import { countAlive, withOne } from './chain';
import { mostAttempts, type Operation } from './gateway';
import type { Look } from './look';
import { bitOf, burnsJournaled, currentEpoch, type Intent, type Ledger, type State } from './state';
import { signed } from './transaction';

/** The ledger's functions, as `src/ledger/migrations` has them. Each is one step; null: refused, nothing is written. */

type Writer = Pick<Intent, 'attempt' | 'owner'>;

const mayJournalIn: Readonly<Record<Operation, readonly Ledger['status'][]>> = {
  Burn: ['PROCESSING', 'BURNING'],
  Mint: ['BURNED', 'MINTING'],
  Refund: ['COMPENSATING'],
  CancelMint: ['COMPENSATING'],
};

/** `judge_operations` and the flush: judges, moves the status on, and puts the signed bytes where they can land from now on. */
export function journal(look: Look, operation: Operation, writer: Writer, wasJudged = false): State | null {
  const { state, bounds } = look;
  const side = operation === 'Burn' || operation === 'Refund' ? 'source' : 'destination';
  const chain = state[side];
  if (writer.attempt >= mostAttempts || !(wasJudged || isAccepted(look, operation, writer))) return null;
  if (countAlive(chain, operation, writer.attempt, false) >= bounds.copies) return null;
  return {
    ...state,
    ledger: journaledIn(look, operation),
    [side]: { ...chain, pool: withOne(chain.pool, signed(operation, writer.attempt)) },
    isFenceBroken: state.isFenceBroken || writer.owner !== state.ledger.owner,
    zombie: withUnseenBurn(state.zombie, operation),
  };
}

/** `judge_operations`, for one of them. */
export function isAccepted({ state, rules }: Look, operation: Operation, writer: Writer): boolean {
  const { ledger, stage } = state;
  if (stage === 'closed' || ledger.status === 'absent') return false;
  if (rules.ownerFence && ledger.owner !== writer.owner) return false;
  if (rules.rowAttempt && ledger.attempt !== writer.attempt) return false;
  const isMarkBroken = operation === 'Burn' && !rules.failedIsMark;
  if (!isMarkBroken && !mayJournalIn[operation].includes(ledger.status)) return false;
  const needsEpoch = operation === 'Burn' || operation === 'Mint';
  if (needsEpoch && rules.epochOfJournaling && ledger.epoch !== currentEpoch(state)) return false;
  return !(operation === 'Mint' && rules.permanentMark && (ledger.marks & bitOf(ledger.attempt)) !== 0);
}

function journaledIn({ state: { ledger }, rules }: Look, operation: Operation): Ledger {
  const { attempt, status } = ledger;
  if (operation === 'Mint') {
    return {
      ...ledger,
      status: status === 'BURNED' ? 'MINTING' : status,
      mints: ledger.mints | bitOf(attempt),
    };
  }
  if (operation !== 'Burn') return ledger;
  // Only without the rule that every nonce counts it matters how many there were.
  const isCounted = burnsJournaled(ledger, attempt) < (rules.everyNonce ? 1 : 2);
  return {
    ...ledger,
    status: status === 'PROCESSING' ? 'BURNING' : status,
    burns: isCounted ? ledger.burns + (1 << (2 * attempt)) : ledger.burns,
  };
}

/** In the note of an intent to fail: a burn was journaled since its proof was read. */
export const unseenBurn = 2;

function withUnseenBurn(zombie: Intent | null, operation: Operation): Intent | null {
  if (operation !== 'Burn' || zombie?.deed !== 'Fail') return zombie;
  return { ...zombie, note: zombie.note | unseenBurn };
}

/** `advance`: one legal step of the row's owner, or where it stands already. */
export function advance({ state, rules }: Look, to: SettlementStatus, writer: Writer): State | null {
  const { ledger } = state;
  if (ledger.status === 'absent' || ledger.attempt !== writer.attempt) return null;
  if (rules.ownerFence && ledger.owner !== writer.owner) return null;
  if (ledger.status !== to && !isLegalTransition(ledger.status, to)) return null;
  // guard_reversal: nobody reverses a mint here, so there is no way back from one that stands.
  if ((ledger.status === 'MINTED' || ledger.status === 'COMPLETED') && to === 'COMPENSATING') return null;
  const isFenceBroken = state.isFenceBroken || ledger.owner !== writer.owner;
  const isFailedByBackup = to === 'FAILED' ? ledger.status === to && state.isFailedByBackup : false;
  return { ...state, ledger: { ...ledger, status: to }, isFenceBroken, isFailedByBackup };
}

/** What `mark_no_mint` asks under the lock. */
export function mayMark({ state, rules }: Look, { attempt, owner }: Writer): boolean {
  const { ledger } = state;
  if (ledger.status === 'absent' || ledger.attempt !== attempt) return false;
  if (rules.ownerFence && ledger.owner !== owner) return false;
  if (rules.epochOfProof2 && ledger.epoch !== currentEpoch(state)) return false;
  return (ledger.mints & bitOf(attempt)) === 0;
}

export function mark(state: State, attempt: number): State {
  const { ledger } = state;
  return { ...state, ledger: { ...ledger, marks: ledger.marks | bitOf(attempt) } };
}
