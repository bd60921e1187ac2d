import type { ConnectedChain } from '../../chains/chain';
import type { Config, Environment } from '../../config';

export type Health = 'ok' | 'warning' | 'failure';

/** What kind of failure it is: the exit code says it. */
export type FailureKind = 'configuration' | 'unreachable' | 'operator' | 'internal';

/** What one look found. */
export interface Finding {
  readonly health: Health;
  /** What was looked at, for example "signer 0x1234..abcd". */
  readonly check: string;
  readonly found: string;
  /** What to do about it; null where there is nothing to do. */
  readonly todo: string | null;
  /** Null unless it is a failure. */
  readonly kind: FailureKind | null;
}

/** One thing the doctor looks at. It may throw the product's errors: they become findings. */
export interface Check {
  /** Where: configuration, temporal, ledger, or a chain's name. */
  readonly area: string;
  readonly name: string;
  look(): Promise<readonly Finding[]>;
}

export interface Patient {
  readonly config: Config;
  readonly env: Environment;
  readonly chains: readonly ConnectedChain[];
}

export function ok(check: string, found: string): Finding {
  return { health: 'ok', check, found, todo: null, kind: null };
}

export function warning(check: string, found: string, todo: string): Finding {
  return { health: 'warning', check, found, todo, kind: null };
}

export function failure(kind: FailureKind, check: string, found: string, todo: string): Finding {
  return { health: 'failure', check, found, todo, kind };
}
