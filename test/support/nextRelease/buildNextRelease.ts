import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '../../../src/bundleWorkflows';
import { projectRoot } from '../../../src/local/projectRoot';

export interface NextRelease {
  readonly program: string;
  /** The file of its workflows. */
  readonly bundle: string;
  remove(): void;
}

/** This tree's compiled workers with the next release's workflows. Below node_modules, so that it finds what it needs. */
export async function buildNextRelease(): Promise<NextRelease> {
  const parent = join(projectRoot(), 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'settlement-release-'));
  cpSync(join(projectRoot(), 'dist'), folder, { recursive: true });
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, await bundleWorkflows(require.resolve('./workflows')));
  return { program: join(folder, 'worker.js'), bundle, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
