import { print } from './printRecords';
import type { Output } from './session';

/** What a command found: its lines as text, or all of it as one JSON object. */
export function printReport(report: object, lines: readonly string[], output: Output): void {
  if (output === 'text') lines.forEach(print);
  else print(JSON.stringify(report, null, output === 'json' ? 2 : 0));
}

/** How far a long command is: talk, so on stderr, and only where a person reads. */
export function progressTo(output: Output): (line: string) => void {
  return (line) => {
    if (output === 'text') process.stderr.write(`${line}\n`);
  };
}
