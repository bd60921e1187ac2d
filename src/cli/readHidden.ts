import { PermanentError } from '../domain/errors';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * A secret typed by a person, without an echo; the question goes to stderr.
 * @throws PermanentError SIGNATURE_INVALID where nobody can be asked
 */
export async function readHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new PermanentError('SIGNATURE_INVALID', `${question}: nobody can be asked, stdin is no terminal`);
  process.stderr.write(`${question}: `);
  // readline writes what is typed to its output: this one keeps it from everybody.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      // In raw mode the terminal sends no signal of its own.
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      lines.once('close', () => reject(new PermanentError('SIGNATURE_INVALID', `${question}: no answer`)));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
