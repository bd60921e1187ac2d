// Runs `npm ci` when node_modules is missing or is not what package-lock.json says. Node built-ins only: it runs before
// anything is installed. `npm test` runs it first, and so does `npm start`.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {(line: string) => void} say told when something is to be installed */
export function ensureInstalled(say) {
  if (isInstalled()) return;
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link: npm ci would empty the folder it leads to; remove the link first');
    process.exit(1);
  }
  say('installing packages (npm ci)');
  const args = ['ci', '--no-audit', '--no-fund'];
  // Under npm its own path is known; the `npm` on PATH may be another.
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...first] = npm;
  // npm's talk is no data: stdout belongs to whoever runs us.
  const { status, error } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`npm ci failed${error ? `: ${error.message}` : ''}; nothing else can run before it succeeds`);
  process.exit(1);
}

function isInstalled() {
  const [wantedFile, installedFile] = [
    join(root, 'package-lock.json'),
    join(root, 'node_modules', '.package-lock.json'),
  ];
  if (!existsSync(installedFile)) return false;
  if (statSync(installedFile).mtimeMs >= statSync(wantedFile).mtimeMs) return true;
  // Newer by its time only, as after a git checkout? npm's own record of what it installed tells.
  const [wanted, installed] = [wantedFile, installedFile].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).packages,
  );
  const same = ([path, { version, integrity }]) =>
    wanted[path]?.version === version && wanted[path]?.integrity === integrity;
  const present = ([path, { optional }]) => path === '' || optional || installed[path] !== undefined;
  return Object.entries(installed).every(same) && Object.entries(wanted).every(present);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled((line) => console.error(line));
