import type { Command } from 'commander';
import { loadConfig, readEnvironment } from '../../config';
import type { Health, FailureKind } from '../doctor/check';
import type { Examined } from '../doctor/runCheck';
import { parseCount } from '../optionParsers';
import { print } from '../printRecords';
import type { GlobalOptions } from '../session';
import { createStyle, type Style } from '../style';
import { terminalOf } from '../terminalOf';
import { withExamples } from '../withExamples';

/** In this order: what is configured wrongly is mended first. */
const exitCodes: readonly (readonly [FailureKind, number])[] = [
  ['configuration', 78],
  ['unreachable', 75],
  ['operator', 4],
  ['internal', 1],
];

export function addDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .description('look at every part and say what to do: configuration, Temporal, ledger, chains, keys; writes nothing')
    .option('--timeout <seconds>', 'how long to wait for each part', parseCount, 10)
    .addHelpText(
      'after',
      '\nExits 0 with no failure (warnings are none), 78 when the configuration is at fault, 75 when something does not answer, 4 when it needs an operator.',
    )
    .action(async ({ timeout }: { timeout: number }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const config = loadConfig(options.config);
      const { examine } = await import('../doctor/examine');
      const findings = await examine({ config, configPath: options.config, env: readEnvironment() }, timeout * 1_000);
      printFindings(findings, options);
      options.exit(exitCodeOf(findings));
    });
  withExamples(doctor, 'settle doctor', 'settle doctor -o jsonl | jq \'select(.health != "ok")\'');
}

function exitCodeOf(findings: readonly Examined[]): number {
  return exitCodes.find(([kind]) => findings.some((finding) => finding.kind === kind))?.[1] ?? 0;
}

function printFindings(findings: readonly Examined[], options: GlobalOptions): void {
  const count = (health: Health): number => findings.filter((finding) => finding.health === health).length;
  const counts = { ok: count('ok'), warnings: count('warning'), failures: count('failure') };
  if (options.output === 'json') return print(JSON.stringify({ ...counts, findings }, null, 2));
  if (options.output === 'jsonl') return findings.forEach((finding) => print(JSON.stringify(finding)));
  const style = createStyle(terminalOf(options).color);
  let area = '';
  for (const finding of findings) {
    if (finding.area !== area) print(`${area === '' ? '' : '\n'}${finding.area}`);
    ({ area } = finding);
    linesOf(finding, style).forEach(print);
  }
  print(`\n${counts.failures} failures, ${counts.warnings} warnings, ${counts.ok} ok`);
}

function linesOf({ health, check, found, todo }: Examined, style: Style): readonly string[] {
  const mark = { ok: style.good('ok     '), warning: style.busy('warning'), failure: style.bad('FAILURE') }[health];
  return [`  ${mark}  ${check}: ${found}`, ...(todo === null ? [] : [`           ${todo}`])];
}
