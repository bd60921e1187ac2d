import { forget } from './chain';
import { withRun } from './deed';
import { takeOver } from './entry';
import { isBurned, refunded } from './gateway';
import type { Look, Step } from './look';
import { oldestAge, type Intent, type Ledger, type State } from './state';

/** What callers and operators do to the settlement. */
export function peopleSteps(look: Look): Step[] {
  return [...callerSteps(look), ...nextRun(look), ...restoreSteps(look)];
}

function callerSteps(look: Look): Step[] {
  const { state, bounds } = look;
  const { at, isCancelled } = state.run;
  const steps: Step[] = [];
  if ((at === 'burn' || at === 'mint') && !isCancelled) {
    steps.push({ says: 'the caller cancels', cause: 'people', next: withRun(state, { isCancelled: true }) });
  }
  if (at === 'cancelMint' || at === 'refund') {
    const forward = withRun(state, { at: 'mint', isCancelled: false });
    steps.push({ says: 'the caller asks to go forward again', cause: 'people', next: forward });
  }
  if (bounds.hasTermination && isOpen(state)) {
    const terminated = withRun(state, { at: 'terminated' });
    steps.push({ says: 'an operator terminates the run', cause: 'people', next: terminated });
  }
  const taken = isOpen(state) ? takeOver(look) : null;
  if (taken) steps.push({ says: 'the run takes its row over', cause: 'system', next: taken });
  return steps;
}

const isOpen = ({ run }: State): boolean => run.at !== 'completed' && run.at !== 'failed' && run.at !== 'terminated';

/**
 * Retry: the next run of the same order. Who terminates a run asks for the next one too. After a completed run there is one only
 * once Temporal has forgotten it, where the row says something else.
 */
function nextRun({ state, bounds }: Look): Step[] {
  const { run, ledger, source } = state;
  if (isOpen(state) || ledger.status === 'COMPLETED') return [];
  const { slot, isExpired } = source.final;
  // `src/client/retrySettlement.ts`: of an order that ran out only a burn that stands is seen to its end.
  if (isExpired && !isBurned(slot)) return [];
  if (ledger.status === 'FAILED' && slot === refunded(bounds.attempts - 1)) return [];
  const next: State = {
    ...state,
    run: { at: 'burn', attempt: 0, isCancelled: false, sawUnminted: false },
    ledger: aged(ledger),
    backup: state.backup && aged(state.backup),
    zombie: state.zombie && agedZombie(state.zombie),
  };
  return [{ says: `after ${run.at}, the next run begins`, cause: run.at === 'terminated' ? 'system' : 'people', next }];
}

function aged(ledger: Ledger): Ledger {
  return ledger.status === 'absent' ? ledger : { ...ledger, owner: Math.min(ledger.owner + 1, oldestAge) };
}

/** Of two runs that are both that old nobody could say whether they are the same. */
function agedZombie(zombie: Intent): Intent | null {
  return zombie.owner + 1 >= oldestAge ? null : { ...zombie, owner: zombie.owner + 1 };
}

/** A backup is taken once, at any time; the ledger is lost once, and restored from it. */
function restoreSteps({ state, rules, bounds }: Look): Step[] {
  const { stage, backup, ledger } = state;
  if (!bounds.hasRestore) return [];
  if (stage === 'whole') {
    if (backup)
      return [{ says: 'the ledger is lost and restored', cause: 'fault', next: restored(state, backup, rules) }];
    return [{ says: 'a backup is taken', cause: 'fault', next: { ...state, backup: ledger } }];
  }
  const isQuiet = state.source.suffix.length + state.destination.suffix.length === 0;
  if (stage !== 'closed' || (rules.keyRevocation && !isQuiet)) return [];
  const open: State = { ...state, stage: 'reopened' };
  if (!rules.keyRevocation) return [{ says: 'the ledger is opened', cause: 'system', next: open }];
  // Final on both chains: what came before is final too, and nothing that those keys signed can land any more.
  const next: State = {
    ...open,
    source: { ...state.source, pool: [] },
    destination: { ...state.destination, pool: [] },
  };
  return [{ says: 'the keys of before are revoked, finally; the ledger is opened', cause: 'system', next }];
}

function restored(state: State, backup: Ledger, { freshEntry }: Look['rules']): State {
  const { zombie } = state;
  return {
    ...state,
    stage: 'closed',
    ledger: backup,
    backup: null,
    isFailedByBackup: backup.status === 'FAILED',
    source: forget(state.source),
    destination: forget(state.destination),
    zombie: freshEntry && zombie?.deed === 'Enter' ? null : zombie,
  };
}
