import { errorCatalog } from '../domain/errorCodes';
import { SettlementError } from '../domain/errors';

/**
 * Says on stderr what went wrong and what to do next, and returns the exit code; one JSON object where JSON was asked for. A bug shows
 * its stack, nothing else does.
 */
export function reportError(error: unknown, output: string, hint?: string): number {
  const known = error instanceof SettlementError ? error : null;
  const code = known?.code ?? 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const { exitCode } = errorCatalog[code];
  const nextStep = hint ?? errorCatalog[code].nextStep;
  if (output === 'text') {
    process.stderr.write(`error ${code}: ${message}\n  ${nextStep}\n`);
    if (!known && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  } else {
    process.stderr.write(`${JSON.stringify({ error: { code, message, nextStep } })}\n`);
  }
  return exitCode;
}
