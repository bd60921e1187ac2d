import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsOf } from './commandsOf.mjs';
import { createLookUp, isOnlyLookedUp } from './lookUp.mjs';
import { openShell } from './openShell.mjs';

/** curl is content with any answer; a reader is not, unless the page says which one to look for. */
const apiError = /^\{"error":\{"code"/m;

/**
 * Does what a page tells its reader, as written, and tells of each command.
 * @param {{ page: string, folder: string, env: NodeJS.ProcessEnv, start: (command: string) => Promise<{ ok: boolean, output: string }>,
 *   tell: (result: { line: number, text: string, outcome: string, seconds: number, output: string }) => void, isOver: () => boolean }} options
 */
export async function checkPage({ page, folder, env, start, tell, isOver }) {
  const shell = openShell(folder, env);
  const lookUp = createLookUp(folder, env);
  try {
    for (const { kind, line, text, why = '', content = '' } of commandsOf(readFileSync(page, 'utf8'))) {
      if (isOver()) return;
      const at = performance.now();
      const done = (outcome, output = '') =>
        tell({ line, text, outcome, seconds: (performance.now() - at) / 1_000, output });
      if (kind === 'skipped') done('not run', why);
      else if (kind === 'file') {
        writeFileSync(join(folder, text), content);
        done('written');
      } else if (kind === 'run' && text === 'npm start') {
        const { ok, output } = await start(text);
        done(ok ? 'ok' : 'failed', output);
      } else if (kind === 'named' || isOnlyLookedUp(text)) {
        const found = lookUp(text);
        if (found === null) done('not here');
        else done(found.ok ? 'exists' : 'failed', found.output);
      } else {
        const { ok, output } = await shell.run(text);
        done(
          ok && !(text.includes('curl') && !text.includes('| grep') && apiError.test(output)) ? 'ok' : 'failed',
          output,
        );
      }
    }
  } finally {
    await shell.close();
  }
}
