import { isOver } from '../../client/progress/isOver';
import type { Progress } from '../../client/progress/progress';
import type { Config } from '../../config';
import { endLine } from './endLine';
import { headline } from './headline';
import { stepDetail } from './stepDetail';
import { troubleLines } from './troubleLines';

/** A look as lines that stay the same while nothing changes: for who prints only what is new. */
export function changeLines(config: Config, before: Progress | null, now: Progress): readonly string[] {
  const known = new Set(before ? linesOf(before) : []);
  const fresh = linesOf(now).filter((line) => !known.has(line));
  const back = (before?.silent ?? [])
    .filter(({ who }) => !now.silent.some((silent) => silent.who === who))
    .map(({ who }) => `${who} answers again`);
  return [...(before ? [] : [headline(config, now.record)]), ...back, ...fresh];
}

function linesOf(progress: Progress): readonly string[] {
  const { record, steps } = progress;
  const told = steps.filter(({ state }) => state !== 'waiting');
  const again = ({ nextAttemptAt }: { nextAttemptAt: string | null }): string =>
    nextAttemptAt === null ? 'under way' : `again at ${nextAttemptAt.slice(11, 19)}Z`;
  const rows = told.map((step) => {
    const what = { waiting: '', underWay: 'under way', done: 'done', failed: 'failed', notNeeded: 'not needed' };
    const detail = stepDetail(step, (hash) => hash);
    const attempt = record.attempt === 0 ? '' : ` (attempt ${record.attempt})`;
    return `${step.step}${attempt}: ${what[step.state]}${detail === '' ? '' : `, ${detail}`}`;
  });
  if (isOver(progress)) return [...rows, endLine(record)];
  // Who is silent is told once, whatever it is silent with.
  const silent = progress.silent.map(({ who }) => ({ who, why: 'see settle doctor' }));
  return [...rows, ...troubleLines({ ...progress, silent }, again)];
}
