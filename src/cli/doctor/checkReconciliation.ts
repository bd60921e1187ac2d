import { askTemporal } from '../../client/askTemporal';
import { isNotFound } from '../../client/readForgotten';
import { scheduleIdOf } from '../../reconciliation/scheduleReconciliation';
import { ok, warning, type Check, type Patient } from './check';
import type { TemporalLink } from './createTemporalLink';

const name = 'reconciliation';
/** Late is what missed so many of its turns. */
const turnsMissed = 5;

/** Is it scheduled, and when did it run last. */
export function checkReconciliation({ config }: Patient, link: TemporalLink): Check {
  const { everyMs } = config.reconciliation;
  return {
    area: 'temporal',
    name,
    async look() {
      if (everyMs === null) {
        return [warning(name, 'not scheduled, by the configuration', "Run 'settle reconcile' yourself, often.")];
      }
      const { schedule } = await link.open();
      try {
        const { state, info } = await askTemporal(() => schedule.getHandle(scheduleIdOf(config)).describe());
        if (state.paused) return [warning(name, 'its schedule is paused', 'Unpause it in Temporal.')];
        const last = info.recentActions.at(-1)?.takenAt;
        if (!last) return [warning(name, 'scheduled, and has not run yet', 'Look again in a minute.')];
        const agoMs = Date.now() - last.getTime();
        const found = `every ${everyMs / 1_000} s, last ${Math.round(agoMs / 1_000)} s ago`;
        if (agoMs <= turnsMissed * everyMs + 60_000) return [ok(name, found)];
        return [warning(name, found, 'See whether its run hangs in Temporal, and whether a worker polls.')];
      } catch (error) {
        if (!isNotFound(error)) throw error;
        return [warning(name, 'there is no schedule', 'A worker makes it when it starts: start one.')];
      }
    },
  };
}
