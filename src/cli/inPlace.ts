import { PermanentError } from '../domain/errors';

/** Has an error say where it was found: a file, or a line of one. */
export function inPlace<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new PermanentError(error.code, `${place}: ${error.message}`, { cause: error });
  }
}
