import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from './deploy';
import { writeFileAtomically } from './writeFileAtomically';

/** A local stack's seals prove nothing to strangers: their key is everybody's, like those of its accounts. */
const localSealKey = 'the seal key of every local stack';

/** The operation's keys, one file each, for their owner's eyes only. */
export function writeKeys(folder: string, keys: Deployment['keys']): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, key] of Object.entries({ ...keys, seal: localSealKey }))
    writeFileAtomically(join(folder, `${name}.key`), `${key}\n`, 0o600);
}
