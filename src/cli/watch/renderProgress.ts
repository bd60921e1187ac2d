import type { Progress, StepProgress, StepState } from '../../client/progress/progress';
import { isOver } from '../../client/progress/isOver';
import type { Config } from '../../config';
import type { Style } from '../style';
import { elapsedText } from './elapsedText';
import { endLine } from './endLine';
import { headline } from './headline';
import { short } from './short';
import { stepDetail } from './stepDetail';
import { troubleLines } from './troubleLines';
import { wrapped } from './wrapped';

export interface View {
  readonly nowMs: number;
  readonly columns: number;
  readonly style: Style;
}

const marks: Readonly<Record<StepState, string>> = {
  waiting: '.',
  underWay: '>',
  done: '✓',
  failed: '✗',
  notNeeded: '-',
};

/** A whole hash fits beside the rest from here on. */
const wideColumns = 120;

/** One settlement as a block of lines, none wider than the terminal: they are drawn over. */
export function renderProgress(config: Config, progress: Progress, view: View): readonly string[] {
  const { record, steps } = progress;
  const { nowMs, columns, style } = view;
  const fit = (line: string): string => (line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`);
  const again = ({ nextAttemptAt }: { nextAttemptAt: string | null }): string =>
    nextAttemptAt === null ? 'under way' : `again in ${elapsedText(Date.parse(nextAttemptAt) - nowMs)}`;
  const over = isOver(progress);
  const since = elapsedText(nowMs - Date.parse(record.createdAt));
  const last = over ? endLine(record) : `${record.status}, ${since}`;
  return [
    fit(headline(config, record)),
    ...steps.map((step) => colour(step.state, style)(fit(row(step, view)))),
    // What somebody has to do is never cut off.
    ...(over ? [] : troubleLines(progress, again))
      .flatMap((line) => wrapped(`  ${line}`, columns))
      .map((line) => style.bad(line)),
    // Nothing is drawn over the last word.
    over ? colour(record.status === 'COMPLETED' ? 'done' : 'failed', style)(last) : fit(last),
  ];
}

function row(step: StepProgress, { nowMs, columns }: View): string {
  const end = step.endedAt === null ? (step.state === 'underWay' ? nowMs : null) : Date.parse(step.endedAt);
  const took = step.startedAt === null || end === null ? '' : elapsedText(end - Date.parse(step.startedAt));
  const detail = stepDetail(step, (hash) => (columns < wideColumns ? short(hash) : hash));
  return `  ${marks[step.state]} ${step.step.padEnd(12)} ${took.padStart(10)}  ${detail}`.trimEnd();
}

function colour(state: StepState, style: Style): (text: string) => string {
  if (state === 'done') return style.good;
  if (state === 'failed') return style.bad;
  return state === 'underWay' ? style.busy : style.faint;
}
