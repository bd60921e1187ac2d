import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows } from '../../../src/bundleWorkflows';
import { quietRuntime } from './testServer';

/** A change of the workflow's sources: `from` must stand in the file exactly once, or the edit has lost its aim. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const root = join(__dirname, '../../..');

/** A bundle of an edited copy of the workflow's sources; the sources themselves stay as they are. */
export async function buildEditedBundle(edits: readonly Edit[]): Promise<string> {
  quietRuntime();
  const copy = mkdtempSync(join(tmpdir(), 'edited-workflow-'));
  try {
    for (const room of ['workflows', 'domain'])
      cpSync(join(root, 'src', room), join(copy, 'src', room), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const edit of edits) apply(join(copy, 'src/workflows', edit.file), edit);
    return await bundleWorkflows(join(copy, 'src/workflows/index.ts'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function apply(path: string, { file, from, to }: Edit): void {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file}: ${JSON.stringify(from)} stands there ${parts.length - 1} times`);
  writeFileSync(path, parts.join(to));
}
