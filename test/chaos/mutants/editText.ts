import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant';

const mayChange = /^(?:src|contracts\/src)\//;

/**
 * The edited files of a mutant as texts, by their paths.
 * @throws Error when it is stale: a text does not stand there exactly once, or the edit changes nothing or what it must not
 */
export function editText(root: string, { name, edits }: Mutant): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    if (!mayChange.test(file)) throw new Error(`mutant "${name}" changes ${file}: only the source may be changed`);
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    const count = text.split(find).length - 1;
    if (count !== 1) throw new Error(`mutant "${name}" is stale: its text stands ${count} times in ${file}: ${find}`);
    if (find === replace) throw new Error(`mutant "${name}" changes nothing in ${file}`);
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return texts;
}
