import type { OperationKind } from '../../src/domain/slot';
import type { Signed, World } from './world';

/*
 * What must hold, judged from the simulated chains, from what was signed and from the ledger's events; never from what the code
 * under test says. The numbers are the project's invariants.
 */

/** Written from the design, not taken from src/domain/status.ts. */
const legalSteps = new Set([
  ...[
    'PENDING>PROCESSING',
    'PENDING>FAILED',
    'PROCESSING>BURNING',
    'PROCESSING>FAILED',
    'BURNING>BURNED',
    'BURNING>FAILED',
  ],
  ...['BURNED>MINTING', 'BURNED>COMPENSATING', 'MINTING>MINTED', 'MINTING>COMPENSATING', 'MINTED>COMPLETED'],
  ...[
    'MINTED>COMPENSATING',
    'COMPLETED>COMPENSATING',
    'COMPENSATING>FAILED',
    'COMPENSATING>MINTING',
    'COMPENSATING>MINTED',
  ],
  ...['FAILED>PROCESSING'],
]);

/** I6, at the moment at which a transaction can get out: no mint before its burn is final, no refund without a proof. */
export function judgeSigned(world: World, { operations }: Signed): void {
  const { source, signed, violations } = world;
  const wasSigned = (kind: OperationKind, attempt: number): boolean =>
    signed.some((one) => one.operations.some((other) => other.kind === kind && other.attempt === attempt));
  for (const { kind, attempt } of operations) {
    const { slot } = source.chain.final();
    if (kind === 'Mint' && !(slot.state === 'Burned' && slot.attempt === attempt)) {
      violations.push(`I6 Mint(${attempt}) is signed, its burn is not final`);
    }
    // A mint that comes after its refund is harmless where the refund's proof was one of the chain's own.
    if (kind === 'Mint' && wasSigned('Refund', attempt) && !mintCannotLand(world, attempt)) {
      violations.push(`I6 Mint(${attempt}) is signed after its refund`);
    }
    if (kind === 'Refund' && wasSigned('Mint', attempt) && !mintCannotLand(world, attempt)) {
      violations.push(`I6 Refund(${attempt}) is signed while its mint may still land`);
    }
  }
}

/** By the destination's final block alone. */
function mintCannotLand({ destination, order }: World, attempt: number): boolean {
  const { slot, timestamp } = destination.chain.final();
  if (slot.state === 'Reversed' || (slot.state === 'Cancelled' && slot.attempt >= attempt)) return true;
  return timestamp >= order.validBefore && !(slot.state === 'Minted' && slot.attempt === attempt);
}

export function checkChains({ source, destination, violations, order }: World): void {
  const there = [...source.chain.applied(), ...destination.chain.applied()].map(({ operation }) => operation);
  const attemptsOf = (wanted: OperationKind): readonly number[] =>
    there.filter(({ kind }) => kind === wanted).map(({ attempt }) => attempt);
  const [burns, refunds, mints, reversals] = (['Burn', 'Refund', 'Mint', 'ReverseMint'] as const).map(attemptsOf) as [
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  if (mints.length > 1) violations.push(`I2 minted ${mints.length} times`);
  for (const [what, attempts] of Object.entries({ burned: burns, refunded: refunds })) {
    if (new Set(attempts).size < attempts.length)
      violations.push(`I3 an attempt is ${what} twice: ${attempts.join(', ')}`);
  }
  for (const attempt of mints) {
    if (refunds.includes(attempt) && !reversals.includes(attempt))
      violations.push(`I4 attempt ${attempt} is minted and refunded`);
    if (!burns.includes(attempt)) violations.push(`I6 attempt ${attempt} is minted and never was burned`);
  }
  const { slot } = source.chain.head();
  const minted = mints.includes(slot.attempt) && !reversals.includes(slot.attempt);
  const inFlight = slot.state === 'Burned' && !minted ? order.amount : 0n;
  const sum = source.chain.head().supply + destination.chain.head().supply + inFlight;
  if (sum !== 0n) violations.push(`I1 supply is off by ${sum}`);
}

export function checkEvents({ ledger, violations }: World): void {
  for (const { from, to } of ledger.tables.events) {
    if (from !== null && from !== to && !legalSteps.has(`${from}>${to}`))
      violations.push(`I9 ${from} -> ${to} in the ledger`);
  }
}

/** Once everything that was ever sent has landed: the ledger's answer is what the chains show. */
export function checkAnswer({ source, destination, ledger, violations }: World): void {
  const { row } = ledger.tables;
  const from = source.chain.final().slot;
  const to = destination.chain.final().slot;
  if (!row) return;
  const { status, attempt, compensated } = row.record;
  const chains = `source ${from.state}(${from.attempt}), destination ${to.state}(${to.attempt})`;
  const agrees =
    status === 'COMPLETED'
      ? from.state === 'Burned' && from.attempt === attempt && to.state === 'Minted' && to.attempt === attempt
      : from.state !== 'Burned' && to.state !== 'Minted';
  if (!agrees) violations.push(`I8 the ledger says ${status} (attempt ${attempt}), the chains ${chains}`);
  if (status === 'FAILED' && compensated && !(from.state === 'Refunded' && from.attempt >= attempt)) {
    violations.push(`I8 the ledger says compensated, the chains ${chains}`);
  }
}
