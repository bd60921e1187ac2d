import { errorCatalog } from '../../domain/errorCodes';
import { SettlementError } from '../../domain/errors';
import { failure, type Check, type FailureKind, type Finding } from './check';

/** A finding with where it was found. */
export interface Examined extends Finding {
  readonly area: string;
}

/** Looks, and gives up after a while: what is dead must not hang whoever asks how it is. Never rejects. */
export async function runCheck(check: Check, withinMs: number): Promise<readonly Examined[]> {
  const findings = await Promise.race([check.look().catch(asFinding(check.name)), silence(check.name, withinMs)]);
  return findings.map((finding) => ({ area: check.area, ...finding }));
}

function silence(name: string, withinMs: number): Promise<readonly Finding[]> {
  return new Promise((resolve) => {
    const found = `no answer within ${withinMs / 1_000} s`;
    const todo = 'See that it is up, and that it can be reached from here; --timeout waits longer.';
    setTimeout(() => resolve([failure('unreachable', name, found, todo)]), withinMs).unref();
  });
}

function asFinding(name: string) {
  return (error: unknown): readonly Finding[] => {
    const code = error instanceof SettlementError ? error.code : 'INTERNAL';
    const message = error instanceof Error ? error.message : String(error);
    return [failure(kindOf(code), name, `${code}: ${message}`, errorCatalog[code].nextStep)];
  };
}

function kindOf(code: SettlementError['code']): FailureKind {
  const { exitCode } = errorCatalog[code];
  if (exitCode === 78) return 'configuration';
  if (exitCode === 75) return 'unreachable';
  return exitCode === 4 ? 'operator' : 'internal';
}
