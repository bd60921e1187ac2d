import Table from 'cli-table3';
import type { Judgement } from '../judge';
import type { Point } from './armory';

export interface PointReport {
  readonly point: Point;
  readonly kills: number;
  /** It failed when there were fewer. */
  readonly wanted: number;
  /** How often any worker came there. */
  readonly passes: number;
  /** Settlements that were started to come there, and how many of them have ended. */
  readonly started: number;
  readonly ended: number;
}

export interface FailpointsReport {
  readonly points: readonly PointReport[];
  /** Those by the way included. */
  readonly killsInAll: number;
  readonly problems: readonly string[];
  readonly outcomes: Readonly<Record<string, number>>;
  readonly terminalAfterMs: readonly number[];
  readonly operatorWords: number;
  readonly adopted: number;
  readonly judgement: Judgement | null;
}

const mostFindings = 10;

/** Each point counts as one, each invariant, and that nothing else was wrong. */
export function renderFailpoints(report: FailpointsReport, durationMs: number) {
  const { points, judgement, problems } = report;
  const hasFired = ({ kills, wanted, started, ended }: PointReport): boolean => kills >= wanted && started === ended;
  const verdicts = judgement?.verdicts ?? [];
  const passes = [
    ...points.map(hasFired),
    ...verdicts.filter(({ outcome }) => outcome !== 'notRun').map(({ outcome }) => outcome === 'held'),
    problems.length === 0,
  ];
  const totals = { passed: passes.filter(Boolean).length, failed: passes.filter((passed) => !passed).length };
  const broken = verdicts.flatMap(({ invariant, outcome, findings }) =>
    outcome === 'broken' ? findings.slice(0, mostFindings).map((finding) => `${invariant} broken: ${finding}`) : [],
  );
  const text = [
    pointTable(report, hasFired),
    verdictTable(report),
    figuresOf(report, durationMs),
    ...problems,
    ...broken,
  ];
  return { text: text.join('\n'), totals };
}

function pointTable({ points }: FailpointsReport, hasFired: (point: PointReport) => boolean): string {
  const head = ['failpoint', 'passes', 'kills', 'settlements ended', 'outcome'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const one of points) {
    const { point, passes, kills, started, ended } = one;
    table.push([point, passes, kills, `${ended} of ${started}`, hasFired(one) ? 'passed' : 'FAILED']);
  }
  return table.toString();
}

function verdictTable({ judgement }: FailpointsReport): string {
  const table = new Table({ head: ['invariant', 'outcome', 'says'], style: { head: [], border: [] } });
  for (const { invariant, outcome, findings, says } of judgement?.verdicts ?? []) {
    table.push([invariant, outcome === 'broken' ? `BROKEN (${findings.length})` : outcome, says]);
  }
  return table.toString();
}

function figuresOf(report: FailpointsReport, durationMs: number): string {
  const { points, killsInAll, outcomes, terminalAfterMs, operatorWords, adopted } = report;
  const told = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const last = Math.max(0, ...terminalAfterMs) / 1_000;
  return (
    `${killsInAll} kills at ${points.length} points, ${terminalAfterMs.length} settlements ended (${told.join(', ')}), the last ` +
    `${last.toFixed(0)} s after the last kill, ${adopted} adopted, ${operatorWords} words of an operator, ${(durationMs / 1_000).toFixed(0)} s`
  );
}
