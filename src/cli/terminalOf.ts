import { readEnvironment } from '../config';
import type { GlobalOptions } from './session';

/** What stdout can do. */
export interface Terminal {
  /** Lines can be drawn over. */
  readonly live: boolean;
  readonly color: boolean;
}

/** A dumb terminal gets lines like a file; NO_COLOR and --no-color leave it live. */
export function terminalOf({ output, color }: Pick<GlobalOptions, 'output' | 'color'>): Terminal {
  const { noColor, dumbTerminal } = readEnvironment();
  const live = output === 'text' && process.stdout.isTTY && !dumbTerminal;
  return { live, color: live && color && !noColor };
}
