import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigError } from '../domain/errors';

/**
 * A small text file that holds a secret, without the newline at its end.
 * @throws ConfigError CONFIG_INVALID that names the file, unless its name looks like a key pasted in its place
 */
export async function readSecretFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    const why = /[0-9a-f]{60}/i.test(basename(file))
      ? 'a file name looks like a key; name a file that holds it'
      : `cannot read ${file}`;
    throw new ConfigError('CONFIG_INVALID', why);
  }
}
