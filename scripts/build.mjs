// `npm run build`: dist/ from src/, and the workflow bundle. Does nothing when nothing changed; --force builds all the same.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [source, target] = [join(root, 'src'), join(root, 'dist')];
const stamp = join(target, '.build-stamp');
const compilers = ['compile.mjs', 'strip-failpoints.cjs'].map((name) => join(root, 'scripts', name));
const inputs = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));

/**
 * @param {(line: string) => void} say told when something is to be built
 * @param {{ force?: boolean }} [options]
 */
export function buildIfNeeded(say, { force = false } = {}) {
  const wanted = `${fingerprint(compilers)}\n${fingerprint([...inputs, ...filesUnder(source)])}`;
  const built = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (!force && built === wanted) return;
  say('building dist/ (tsc, workflow bundle)');
  mkdirSync(target, { recursive: true });
  rmSync(stamp, { force: true });
  // The compiler's record tells of changed sources, and nothing of how they are compiled.
  const isOtherCompiler = built.split('\n')[0] !== wanted.split('\n')[0];
  if (force || isOtherCompiler) rmSync(join(target, '.tsbuildinfo'), { force: true });
  removeOrphans();
  run([join(root, 'scripts', 'compile.mjs')]);
  copyPage();
  const bundler = join(target, 'bundleWorkflows.js');
  if (existsSync(bundler)) run([bundler]);
  writeFileSync(`${stamp}.tmp`, wanted);
  renameSync(`${stamp}.tmp`, stamp);
}

/** The live page is served as it is written: there is nothing to compile. */
function copyPage() {
  const page = join('api', 'page');
  rmSync(join(target, page), { recursive: true, force: true });
  if (!existsSync(join(source, page))) return;
  cpSync(join(source, page), join(target, page), { recursive: true, filter: (file) => !file.endsWith('.d.ts') });
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

/** Of everything the build depends on. Contents and not times: a git checkout touches files without changing them. */
function fingerprint(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

/** tsc never removes what it once wrote: what has lost its source must go, or it would still be found and run. */
function removeOrphans() {
  for (const file of filesUnder(target)) {
    const from = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(relative(target, file))?.[1];
    const isBundle = from?.startsWith('workflow-bundle');
    const isPage = from?.startsWith(join('api', 'page'));
    if (from !== undefined && !isBundle && !isPage && !existsSync(join(source, `${from}.ts`))) {
      rmSync(file);
      // tsc believes its record, and would not write again what comes back.
      rmSync(join(target, '.tsbuildinfo'), { force: true });
    }
  }
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--force');
  if (unknown.length > 0) {
    console.error(`unknown: ${unknown.join(' ')}; usage: npm run build [-- --force]`);
    process.exit(2);
  }
  const say = (line) => console.error(line);
  ensureInstalled(say);
  buildIfNeeded(say, { force: process.argv.includes('--force') });
}
