import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/local/projectRoot';

const script = join('scripts', 'ensure-installed.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(projectRoot(), script), join(folder, script));
  writeFileSync(join(folder, 'package.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a node_modules that is a link is refused: npm ci would empty the folder it leads to', () => {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': {} } }));
  mkdirSync(join(folder, 'elsewhere', 'package'), { recursive: true });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'node_modules'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, script)], { encoding: 'utf8' });
  expect(stderr).toMatch(/node_modules is a link.*remove the link first/);
  expect(status).toBe(1);
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['package']);
});
