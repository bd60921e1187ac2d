import Table from 'cli-table3';
import { goodTimeMs } from './healing';
import type { Judgement } from './judge';
import { commandOf, type ChaosOptions } from './options';

export interface FiredFault {
  readonly number: number;
  readonly name: string;
  /** How often it took effect. */
  readonly count: number;
  /** Why it did not fire. */
  readonly why: string | null;
}

export interface SeedReport {
  readonly seed: number;
  readonly durationMs: number;
  readonly fired: readonly FiredFault[];
  readonly problems: readonly string[];
  readonly started: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly terminalAfterMs: readonly number[];
  readonly late: string | null;
  readonly operatorWords: number;
  readonly adopted: number;
  readonly judgement: Judgement | null;
}

const mostProblems = 20;

/** What came of one seed, as it ends. */
export function renderFaults(report: SeedReport, options: ChaosOptions): readonly string[] {
  const { seed, problems, fired, late } = report;
  const head = `${problems.length === 0 ? 'passed' : 'FAILED'}: seed ${seed}, ${fired.length} faults, ${figuresOf(report)}`;
  const slow = late === null ? [] : [`  had not ended ${goodTimeMs / 1_000} s after healing:\n${late}`];
  if (problems.length === 0) return [head, ...slow];
  const more = problems.length - mostProblems;
  return [
    head,
    ...slow,
    ...problems.slice(0, mostProblems).map((problem) => `  ${problem}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `  again: ${commandOf({ ...options, seed, seeds: 1 })}`,
  ];
}

function figuresOf(report: SeedReport): string {
  const { started, outcomes, terminalAfterMs, operatorWords, adopted, durationMs, judgement } = report;
  const told = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const soon = terminalAfterMs.filter((ms) => ms <= goodTimeMs).length;
  const last = Math.max(0, ...terminalAfterMs) / 1_000;
  return (
    `${started} settlements (${told.join(', ')}), ${soon} of ${started} terminal ${goodTimeMs / 1_000} s after healing, the last after ` +
    `${last.toFixed(0)} s, ${adopted} adopted, ${operatorWords} words of an operator, ${replaysOf(judgement)}, ${(durationMs / 1_000).toFixed(0)} s`
  );
}

export function replaysOf(judgement: Judgement | null): string {
  return judgement ? `${judgement.replays.count} of ${judgement.replays.of} new histories replayed` : 'not judged';
}

/** Everything over all seeds. */
export function tableOf(reports: readonly SeedReport[]): string {
  return [faultTable(reports), invariantTable(reports)].join('\n');
}

function faultTable(reports: readonly SeedReport[]): string {
  const table = new Table({
    head: ['#', 'fault', 'drawn', 'fired', 'took effect', 'not fired because'],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, 60],
    wordWrap: true,
  });
  const all = reports.flatMap(({ fired }) => fired);
  const names = new Map(all.map(({ number, name }) => [name, number]));
  for (const [name, number] of [...names].sort(([a, x], [b, y]) => x - y || a.localeCompare(b))) {
    const ofKind = all.filter((one) => one.name === name);
    const effect = ofKind.reduce((sum, { count }) => sum + count, 0);
    const why = ofKind.find((one) => one.why !== null)?.why ?? '';
    table.push([
      number,
      name,
      ofKind.length,
      ofKind.filter(({ count }) => count > 0).length,
      effect,
      why.slice(0, 300),
    ]);
  }
  const fired = new Set(all.filter(({ count }) => count > 0).map(({ number }) => number));
  const firedNames = new Set(all.filter(({ count }) => count > 0).map(({ name }) => name));
  return `${table.toString()}\n${firedNames.size} kinds fired, of ${fired.size} numbers of faults.md`;
}

function invariantTable(reports: readonly SeedReport[]): string {
  const table = new Table({ head: ['invariant', 'held', 'findings', 'says'], style: { head: [], border: [] } });
  const judged = reports.flatMap(({ judgement }) => (judgement ? [judgement] : []));
  judged[0]?.verdicts.forEach(({ invariant, says }, row) => {
    const verdicts = judged.flatMap(({ verdicts: of }) => of[row] ?? []);
    const held = verdicts.filter(({ outcome }) => outcome === 'held').length;
    const findings = verdicts.at(-1)?.outcome === 'held' ? 0 : (verdicts.at(-1)?.findings.length ?? 0);
    table.push([invariant, `${held} of ${judged.length}`, findings, says]);
  });
  return table.toString();
}
