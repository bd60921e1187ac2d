import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../../../src/local/projectRoot';
import { createCompiler } from './createCompiler';
import { editText } from './editText';
import type { Mutant } from './mutant';
import { runNode } from './runNode';

/** A copy of this project, built, in which bugs are planted one at a time. The judges in it are the original's. */
export interface MutantTree {
  readonly root: string;
  /** Plants it and builds. @throws Error when it is stale, or does not compile */
  plant(mutant: Mutant): Promise<void>;
  /** Takes it out again. @throws Error when anything in the copy is not what it was */
  restore(): void;
  /** Nothing stays behind. */
  remove(): void;
}

/** What the copy is made of. `dist` is up to date: scripts/chaos.mjs has seen to it. */
const copied = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
  ...['src', 'test', 'contracts/src', 'scripts', 'bin', 'dist'],
];
const generated = 'src/chains/generated';
const bundle = 'dist/workflow-bundle.js';
/** What the workflow bundle is made of. */
const isBundled = (file: string): boolean => /^src\/(?:workflows|domain)\//.test(file);
const builtOf = (file: string): string => file.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');

export function makeMutantTree(folder: string): MutantTree {
  const original = projectRoot();
  const root = join(folder, 'tree');
  for (const path of copied) {
    cpSync(join(original, path), join(root, path), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(original, 'node_modules'), join(root, 'node_modules'), 'junction');
  const whole = digestOf(root);
  const compiler = createCompiler(root);
  const before = new Map<string, string>();
  const keep = (file: string): void => {
    if (!before.has(file)) before.set(file, readFileSync(join(root, file), 'utf8'));
  };
  const write = (file: string, text: string): void => {
    keep(file);
    writeFileSync(join(root, file), text);
  };

  return {
    root,
    async plant(mutant) {
      const texts = editText(root, mutant);
      for (const [file, text] of texts) write(file, text);
      const files = [...texts.keys()].filter((file) => file.startsWith('src/'));
      if (files.length < texts.size) {
        const contracts = readdirSync(join(root, generated)).map((name) => `${generated}/${name}`);
        contracts.forEach(keep);
        await runNode(root, [join('scripts', 'contracts', 'generate.mjs')]);
        files.push(...contracts);
      }
      for (const file of files) write(builtOf(file), compiler.compile(file));
      if (!files.some(isBundled)) return;
      keep(bundle);
      await runNode(root, [join('dist', 'bundleWorkflows.js')]);
    },
    restore() {
      for (const [file, text] of before) writeFileSync(join(root, file), text);
      before.clear();
      if (digestOf(root) !== whole) throw new Error('the copy is not what it was before the bug was planted');
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function digestOf(root: string): string {
  const hash = createHash('sha256');
  for (const file of copied.flatMap((name) => filesUnder(join(root, name)))) {
    hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
