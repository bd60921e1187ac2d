import { parseArgs } from 'node:util';
import { checkDrop, checkWhole, type Checked, type CheckedDrop } from './check';
import { configurations } from './configurations';
import { drops } from './drops';
import { ruleTexts, type Rule } from './rules';

const usage = `Usage: npm run model [-- options]

Explores one settlement over all interleavings. Tables and traces on stderr. Exit code 0 if nothing breaks with all rules on and
every dropped rule breaks something, else 1; 2 for a wrong option.

  --quick      only the configurations that npm test runs
  --no-traces  the tables alone
  --json       one JSON object last on stdout
  --help       this text`;

/** `npm run model`. Returns the exit code. */
export function runModel(args: readonly string[]): number {
  const options = optionsOf(args);
  if (typeof options === 'string') {
    console.error(`${options}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const whole = configurations.filter(({ isQuick }) => isQuick || !options.quick).map((one) => tell(checkWhole(one)));
  console.error('');
  const dropped = drops.map((one) => tellDrop(checkDrop(one)));
  if (options.traces) dropped.forEach(tellTrace);
  const isGood = whole.every(({ problem }) => problem === '') && dropped.every(({ invariant }) => invariant !== null);
  console.error(isGood ? '\nas it should be' : '\nNOT as it should be');
  if (options.json) console.log(JSON.stringify({ passed: isGood, configurations: whole, dropped }));
  return isGood ? 0 : 1;
}

function optionsOf(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { quick: flag, 'no-traces': flag, json: flag, help: flag };
    const { values } = parseArgs({ args: [...args], options });
    return { ...values, traces: !values['no-traces'] };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const widths = [30, 9, 6, 8];

function line(name: string, ...[states, depth, seconds, result]: readonly [number, number, number, string]): string {
  const cells = [name, String(states), String(depth), seconds.toFixed(1)];
  return `${cells.map((cell, at) => (at === 0 ? cell.padEnd(30) : cell.padStart(widths[at] ?? 0))).join(' ')}  ${result}`;
}

/** Each as soon as it is known: the larger ones take half a minute. */
function tell(checked: Checked): Checked {
  const { name, states, depth, seconds, problem, trace, waiting, held } = checked;
  const asked = waiting === null ? '' : `, ${waiting} wait to be asked, ${held} held`;
  console.error(line(name, states, depth, seconds, problem === '' ? `nothing breaks${asked}` : `WRONG: ${problem}`));
  trace.forEach((step) => console.error(`    ${step}`));
  return checked;
}

function tellDrop(checked: CheckedDrop): CheckedDrop {
  const { name, foundIn, states, seconds, invariant, trace } = checked;
  const result = invariant === null ? `WRONG: nothing breaks in ${foundIn}` : `${invariant} (${foundIn})`;
  console.error(line(`without ${name}`, states, trace.length, seconds, result));
  return checked;
}

function tellTrace({ name, invariant, trace }: CheckedDrop): void {
  console.error(`\nwithout ${name}:`);
  for (const rule of name.split(' and ')) console.error(`  (${ruleTexts[rule as Rule]})`);
  trace.forEach((step, at) => console.error(`  ${String(at + 1).padStart(2)}. ${step}`));
  console.error(`  => ${invariant ?? 'nothing breaks'}`);
}
