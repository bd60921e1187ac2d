import { readFileSync } from 'node:fs';

/** The last lines of a log, for an error message; empty when there is none. */
export function tailOf(file: string, lines = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
