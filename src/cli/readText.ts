import { readFileSync } from 'node:fs';
import { PermanentError } from '../domain/errors';

/** A file that was named on the command line. @throws PermanentError BAD_REQUEST */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new PermanentError('BAD_REQUEST', `${file} cannot be read`);
  }
}
