import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from './deploy';
import { writeFileAtomically } from './writeFileAtomically';

/** The operation's keys, one file each, for their owner's eyes only. */
export function writeKeys(folder: string, keys: Deployment['keys']): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, key] of Object.entries(keys)) writeFileAtomically(join(folder, `${name}.key`), `${key}\n`, 0o600);
}
