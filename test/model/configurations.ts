import type { Bounds } from './look';

export interface Configuration {
  readonly name: string;
  readonly bounds: Bounds;
  /** The states of `npm test` must not become fewer than this: a model that explores nothing finds nothing. */
  readonly leastStates: number;
  /** Runs in `npm test` too; the others by `npm run model` alone. */
  readonly isQuick: boolean;
  /**
   * From every state the settlement can come to its end: `alone`, or only if a caller or operator is `asked` for a word
   * (docs/model.md says when). Null: not judged, because what would end it is not in this configuration.
   */
  readonly ends: 'alone' | 'asked' | null;
}

const still: Bounds = {
  attempts: 1,
  copies: 1,
  suffix: 1,
  hasReorgs: false,
  hasZombie: false,
  hasRestore: false,
  hasReplacements: false,
  hasExpiry: false,
  hasRevocation: false,
  hasOutage: false,
  hasTermination: false,
};

type Rest = readonly [name: string, leastStates: number, ends: Configuration['ends'], bounds: Partial<Bounds>];

const quick = (...[name, leastStates, ends, bounds]: Rest): Configuration => ({
  ...{ name, leastStates, ends, isQuick: true },
  bounds: { ...still, ...bounds },
});

const large = (...rest: Rest): Configuration => ({ ...quick(...rest), isQuick: false });

const order = { hasExpiry: true, hasRevocation: true } as const;
const loss = { hasRestore: true, hasTermination: true } as const;

export const configurations: readonly Configuration[] = [
  quick('reorgs', 15_000, 'alone', {
    ...{ ...order, suffix: 2, hasReorgs: true, hasReplacements: true, hasOutage: true },
  }),
  quick('retries', 150_000, 'alone', {
    ...{ attempts: 2, hasReorgs: true, hasExpiry: true, hasOutage: true, hasTermination: true },
  }),
  quick('zombie', 45_000, 'asked', { copies: 2, hasReorgs: true, hasZombie: true, hasOutage: true }),
  quick('restore', 200_000, 'asked', { ...loss, hasExpiry: true }),
  quick('restore, zombie', 250_000, null, { hasRestore: true, hasZombie: true }),
  large('zombie, termination', 400_000, 'asked', { hasZombie: true, hasExpiry: true, hasTermination: true }),
  large('zombie, nonces', 1_000_000, 'asked', {
    ...{ ...order, copies: 2, suffix: 2, hasReorgs: true, hasReplacements: true, hasZombie: true },
  }),
  large('zombie, retries', 800_000, 'asked', { attempts: 2, hasReorgs: true, hasZombie: true }),
  large('restore, retries', 2_000_000, 'asked', { ...loss, attempts: 2, hasExpiry: true }),
  large('restore, zombie, termination', 1_000_000, null, { ...loss, hasZombie: true }),
  large('restore, zombie, expiry', 2_000_000, null, { hasRestore: true, hasZombie: true, hasExpiry: true }),
];

export function configurationOf(name: string): Configuration {
  const found = configurations.find((one) => one.name === name);
  if (!found) throw new Error(`no configuration is called ${name}`);
  return found;
}
