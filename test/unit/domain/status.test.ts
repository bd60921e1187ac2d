import {
  assertLegalTransition,
  isLegalTransition,
  isTerminal,
  legalTransitions,
  statuses,
  type SettlementStatus,
} from '../../../src/domain/status';

/** Section 4 of the design as a square: a row is where a settlement is, an x is where it may go. */
const square = `
                PENDING  PROCESSING  BURNING  BURNED  MINTING  MINTED  COMPLETED  COMPENSATING  FAILED
  PENDING          .         x          .       .        .       .         .           .          x
  PROCESSING       .         .          x       .        .       .         .           .          x
  BURNING          .         .          .       x        .       .         .           .          x
  BURNED           .         .          .       .        x       .         .           x          .
  MINTING          .         .          .       .        .       x         .           x          .
  MINTED           .         .          .       .        .       .         x           x          .
  COMPLETED        .         .          .       .        .       .         .           x          .
  COMPENSATING     .         .          .       .        x       x         .           .          x
  FAILED           .         x          .       .        .       .         .           .          .
`;

const [header = [], ...rows] = square
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const pairs = rows.flatMap(([from, ...cells]) =>
  cells.map((cell, column) => ({
    from: from as SettlementStatus,
    to: header[column] as SettlementStatus,
    legal: cell === 'x',
  })),
);

/** Every status that can be reached from one, by the table under test, without entering the forbidden one. */
function reachableFrom(start: SettlementStatus, without?: SettlementStatus): Set<SettlementStatus> {
  const reached = new Set<SettlementStatus>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of legalTransitions[at]) {
      if (next === without || reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

describe('the status table', () => {
  it('has exactly the nine statuses of the product', () => {
    expect(pairs).toHaveLength(81);
    expect(header).toEqual([...statuses]);
    expect(Object.keys(legalTransitions).sort()).toEqual([...header].sort());
  });

  it.each(pairs.filter(({ legal }) => legal))('allows $from -> $to', ({ from, to }) => {
    expect(isLegalTransition(from, to)).toBe(true);
    expect(() => assertLegalTransition(from, to)).not.toThrow();
  });

  it.each(pairs.filter(({ legal }) => !legal))('forbids $from -> $to', ({ from, to }) => {
    expect(isLegalTransition(from, to)).toBe(false);
    expect(() => assertLegalTransition(from, to)).toThrow(`illegal transition ${from} -> ${to}; legal from ${from}: `);
  });

  it('ends a run in COMPLETED or FAILED and nowhere else', () => {
    expect(statuses.filter(isTerminal)).toEqual(['COMPLETED', 'FAILED']);
  });

  it('leads from PENDING to every other status, and from every status to an end', () => {
    expect([...reachableFrom('PENDING')].sort()).toEqual(statuses.filter((status) => status !== 'PENDING').sort());
    for (const status of statuses) {
      expect([...reachableFrom(status)].some(isTerminal)).toBe(true);
    }
  });

  it.each(['PROCESSING', 'BURNING', 'BURNED', 'MINTED'] as const)('knows no way to COMPLETED around %s', (step) => {
    expect(reachableFrom('PENDING', step).has('COMPLETED')).toBe(false);
  });

  it('lets nothing that was burned end FAILED without compensating', () => {
    for (const status of ['BURNED', 'MINTING', 'MINTED', 'COMPLETED'] as const) {
      expect(reachableFrom(status, 'COMPENSATING').has('FAILED')).toBe(false);
    }
  });

  it('leaves FAILED only by beginning the next run', () => {
    expect(reachableFrom('FAILED', 'PROCESSING').size).toBe(0);
  });
});
