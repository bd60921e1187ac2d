import Table from 'cli-table3';
import type { Judgement, Verdict } from './judge';
import type { ScenarioFigures } from './scenario';

/** What came of one scenario, and of the world after it. */
export interface ScenarioReport {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'notRun';
  /** Why it failed or was not run. */
  readonly why: string | null;
  readonly figures: ScenarioFigures | null;
  readonly durationMs: number;
  /** Null when it was not run. */
  readonly judgement: Judgement | null;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

export function totalsOf(reports: readonly ScenarioReport[]): Totals {
  const verdicts = reports.flatMap(({ judgement }) => judgement?.verdicts ?? []);
  const count = (scenario: ScenarioReport['outcome'], verdict: Verdict['outcome']): number =>
    reports.filter(({ outcome }) => outcome === scenario).length +
    verdicts.filter(({ outcome }) => outcome === verdict).length;
  return { passed: count('passed', 'held'), failed: count('failed', 'broken'), notRun: count('notRun', 'notRun') };
}

/** Settlements a second, over the whole scenario with all its waiting. */
export function throughputOf({ figures, durationMs }: ScenarioReport): number {
  return figures ? Math.round((figures.settlements / durationMs) * 10_000) / 10 : 0;
}

export function renderReports(reports: readonly ScenarioReport[]): string {
  return [scenarioTable(reports), verdictTable(reports), ...reports.flatMap(complaintsOf)].join('\n');
}

function scenarioTable(reports: readonly ScenarioReport[]): string {
  const table = new Table({
    head: ['scenario', 'settlements', 'starts', 'kills', 'seconds', 'per second', 'refusals so far', 'outcome'],
    style: { head: [], border: [] },
  });
  for (const report of reports) {
    const { name, figures, durationMs, outcome, why, judgement } = report;
    table.push([
      name,
      figures?.settlements ?? '',
      figures?.starts ?? '',
      figures?.kills ?? '',
      (durationMs / 1000).toFixed(1),
      throughputOf(report),
      refusalsText(judgement?.refusals ?? {}),
      outcome === 'notRun' ? `not run: ${why}` : outcome,
    ]);
  }
  return table.toString();
}

function refusalsText(refusals: Readonly<Record<string, number>>): string {
  return Object.entries(refusals)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function verdictTable(reports: readonly ScenarioReport[]): string {
  const judged = reports.filter(({ judgement }) => judgement !== null);
  const table = new Table({
    head: ['invariant', ...judged.map(({ name }) => `after: ${name}`), 'says'],
    style: { head: [], border: [] },
    colWidths: [null, ...judged.map(() => 14), 60],
    wordWrap: true,
  });
  const [first] = judged;
  first?.judgement?.verdicts.forEach(({ invariant, says }, row) => {
    const outcomes = judged.map(({ judgement }) => outcomeText(judgement?.verdicts[row]));
    table.push([invariant, ...outcomes, says]);
  });
  return table.toString();
}

function outcomeText(verdict: Verdict | undefined): string {
  if (verdict?.outcome === 'notRun') return 'not run';
  return verdict?.outcome === 'broken' ? `BROKEN (${verdict.findings.length})` : (verdict?.outcome ?? '');
}

const mostComplaints = 10;

function complaintsOf({ name, outcome, why, judgement }: ScenarioReport): string[] {
  const broken = (judgement?.verdicts ?? []).filter((verdict) => verdict.outcome === 'broken');
  return [
    ...(outcome === 'failed' ? [`${name}: ${why}`] : []),
    ...broken.flatMap(({ invariant, findings }) => [
      `${invariant} broken, seen after "${name}":`,
      ...findings.slice(0, mostComplaints).map((finding) => `  ${finding}`),
      ...(findings.length > mostComplaints ? [`  and ${findings.length - mostComplaints} more`] : []),
    ]),
  ];
}
