import { statuses } from '../../src/domain/status';
import type { Block, Chain } from './chain';
import type { Deed, Epoch, Intent, Ledger, Place, Stage, State } from './state';

/**
 * A state as a short string of bytes, and back. Equal states have equal keys: pools are sorted, and nothing is kept that no step
 * and no invariant reads. Only keys are kept of the states that were seen; that is what makes millions of them fit.
 */
export function keyOf(state: State): string {
  const { source, destination, ledger, backup, run, zombie } = state;
  const flags =
    (state.isUp ? 1 : 0) +
    (state.isFailedByBackup ? 2 : 0) +
    (state.isFenceBroken ? 4 : 0) +
    (backup ? 8 : 0) +
    (zombie ? 16 : 0) +
    stages.indexOf(state.stage) * 32;
  const progress = places.indexOf(run.at) + run.attempt * 8 + (run.isCancelled ? 32 : 0) + (run.sawUnminted ? 64 : 0);
  let key = charsOf(flags, progress) + keyOfLedger(ledger);
  if (backup) key += keyOfLedger(backup);
  if (zombie) key += keyOfIntent(zombie);
  return key + keyOfChain(source) + keyOfChain(destination);
}

export function stateOfKey(key: string): State {
  const flags = key.charCodeAt(0);
  const progress = key.charCodeAt(1);
  let at = 2;
  const take = <T>(length: number, read: (key: string, at: number) => T): T => {
    const value = read(key, at);
    at += length;
    return value;
  };
  const ledger = take(ledgerLength, ledgerAt);
  const backup = (flags & 8) === 0 ? null : take(ledgerLength, ledgerAt);
  const zombie = (flags & 16) === 0 ? null : take(intentLength, intentAt);
  const source = chainAt(key, at);
  return {
    source,
    destination: chainAt(key, at + lengthOf(source)),
    isUp: (flags & 1) !== 0,
    isFailedByBackup: (flags & 2) !== 0,
    isFenceBroken: (flags & 4) !== 0,
    stage: stages[flags >> 5] as Stage,
    ledger,
    backup,
    run: {
      at: places[progress & 7] as Place,
      attempt: (progress >> 3) & 3,
      isCancelled: (progress & 32) !== 0,
      sawUnminted: (progress & 64) !== 0,
    },
    zombie,
  };
}

// In jest's sandbox every look at a global is slow, and these run millions of times.
const charsOf = String.fromCharCode;

const stages: readonly Stage[] = ['whole', 'closed', 'reopened'];
const places: readonly Place[] = ['burn', 'mint', 'cancelMint', 'refund', 'completed', 'failed', 'terminated'];
const epochs: readonly Epoch[] = ['before', 'after', 'unknown'];
const deeds: readonly Deed[] = ['Enter', 'Find', 'Burn', 'Fail', 'Mint', 'Compensate', 'Mark', 'CancelMint', 'Refund'];
const rowStatuses = ['absent', ...statuses] as const;

const ledgerLength = 4;

function keyOfLedger({ status, attempt, owner, epoch, marks, mints, burns }: Ledger): string {
  const owned = attempt + owner * 4 + epochs.indexOf(epoch) * 16;
  return charsOf(rowStatuses.indexOf(status), owned, marks + mints * 8, burns);
}

function ledgerAt(key: string, at: number): Ledger {
  const owned = key.charCodeAt(at + 1);
  const journal = key.charCodeAt(at + 2);
  return {
    status: rowStatuses[key.charCodeAt(at)] as Ledger['status'],
    attempt: owned & 3,
    owner: (owned >> 2) & 3,
    epoch: epochs[owned >> 4] as Epoch,
    marks: journal & 7,
    mints: journal >> 3,
    burns: key.charCodeAt(at + 3),
  };
}

const intentLength = 2;

function keyOfIntent({ deed, attempt, owner, note }: Intent): string {
  return charsOf(deeds.indexOf(deed) + note * 16, attempt + owner * 4);
}

function intentAt(key: string, at: number): Intent {
  const deed = key.charCodeAt(at);
  const whose = key.charCodeAt(at + 1);
  return { deed: deeds[deed & 15] as Deed, note: deed >> 4, attempt: whose & 3, owner: whose >> 2 };
}

function keyOfChain({ final, suffix, pool }: Chain): string {
  const order = (final.isExpired ? 1 : 0) + (final.isRevoked ? 2 : 0) + final.slot * 4;
  return charsOf(order, final.moved, suffix.length + pool.length * 8) + charsOf(...suffix) + charsOf(...pool);
}

const lengthOf = ({ suffix, pool }: Chain): number => 3 + suffix.length + pool.length;

function chainAt(key: string, at: number): Chain {
  const order = key.charCodeAt(at);
  const lengths = key.charCodeAt(at + 2);
  const suffixAt = at + 3;
  const poolAt = suffixAt + (lengths & 7);
  const final: Block = {
    slot: order >> 2,
    isExpired: (order & 1) !== 0,
    isRevoked: (order & 2) !== 0,
    moved: key.charCodeAt(at + 1),
  };
  return { final, suffix: bytesOf(key, suffixAt, poolAt), pool: bytesOf(key, poolAt, poolAt + (lengths >> 3)) };
}

function bytesOf(key: string, from: number, to: number): readonly number[] {
  const bytes: number[] = [];
  for (let at = from; at < to; at += 1) bytes.push(key.charCodeAt(at));
  return bytes;
}
