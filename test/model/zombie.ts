import type { DeedRule } from './deed';
import type { Look, Step } from './look';
import type { Intent } from './state';

/** Every write that a live worker can do now, and the same write begun by a worker that is cut off after it has read. */
export function deedSteps(look: Look, rules: readonly DeedRule[]): Step[] {
  const { state, bounds } = look;
  const steps: Step[] = [];
  for (const rule of rules) {
    const reading = rule.read(look);
    if (!reading) continue;
    const { attempt, note, cause = 'system' } = reading;
    const intent: Intent = { deed: rule.deed, owner: 0, attempt, note };
    const next = rule.act(look, intent);
    if (next) {
      const run = rule.then ? { ...next.run, ...rule.then } : next.run;
      steps.push({ says: rule.says, cause, next: { ...next, run } });
    }
    if (bounds.hasZombie && !state.zombie) {
      steps.push({
        says: `a worker is cut off, about to: ${rule.says}`,
        cause: 'fault',
        next: { ...state, zombie: intent },
      });
    }
  }
  return steps;
}

/** The zombie wakes up and writes, whatever has happened since; or what it wants is refused, and it is gone. */
export function zombieSteps(look: Look, rules: readonly DeedRule[]): Step[] {
  const { state } = look;
  const { zombie } = state;
  if (!zombie) return [];
  const gone = { ...state, zombie: null };
  const steps: Step[] = [{ says: 'the worker that was cut off dies', cause: 'system', next: gone }];
  const rule = rules.find(({ deed }) => deed === zombie.deed);
  const next = rule?.act({ ...look, state: gone }, zombie);
  if (rule && next) {
    const after = rule.goesOn ? { ...next, zombie: { ...zombie, deed: rule.goesOn, note: 0 } } : next;
    steps.push({ says: `the worker that was cut off wakes up: ${rule.says}`, cause: 'fault', next: after });
  }
  return steps;
}
