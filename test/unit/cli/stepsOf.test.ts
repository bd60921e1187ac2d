import { stepsOf, type Seen, type Sighting } from '../../../src/client/progress/stepsOf';
import { isOver } from '../../../src/client/progress/isOver';
import type { SettlementRecord } from '../../../src/domain/record';
import { nothingKnown } from '../../../src/domain/record';
import type { SettlementStatus } from '../../../src/domain/status';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 23, 9, 0, second)).toISOString();

function recordOf(status: SettlementStatus, facts: Partial<SettlementRecord> = {}): SettlementRecord {
  return {
    ...{ settlementId: 's', status, sourceChain: 'alder', destinationChain: 'birch', token: '0x1', amount: '1' },
    ...{ holder: '0x2', recipient: '0x3', attempt: 0, ...nothingKnown, createdAt: at(0), updatedAt: at(9), ...facts },
  };
}

const inBlock = (block: number, second: number, seen = 1): Sighting => ({
  ...{ txHash: `0x${block}`, block, includedAt: at(second), confirmations: { seen, needed: 3 } },
});
const signed: Sighting = { txHash: '0xs', block: null, includedAt: null, confirmations: null };

const statesOf = (seen: Seen): Record<string, string> =>
  Object.fromEntries(stepsOf(seen).map(({ step, state }) => [step, state]));

describe('the steps of a settlement', () => {
  const burning = { PENDING: at(0), PROCESSING: at(1), BURNING: at(2) };

  it.each<[string, Seen, Record<string, string>]>([
    [
      'that nobody took up',
      { record: recordOf('PENDING'), reachedAt: {}, sightings: {} },
      { accepted: 'underWay', burn: 'waiting', 'burn final': 'waiting', mint: 'waiting', 'mint final': 'waiting' },
    ],
    [
      'whose burn is signed',
      { record: recordOf('BURNING'), reachedAt: burning, sightings: { Burn: signed } },
      { accepted: 'done', burn: 'underWay', 'burn final': 'waiting', mint: 'waiting', 'mint final': 'waiting' },
    ],
    [
      'whose burn is in a block',
      { record: recordOf('BURNING'), reachedAt: burning, sightings: { Burn: inBlock(7, 3) } },
      { accepted: 'done', burn: 'done', 'burn final': 'underWay', mint: 'waiting', 'mint final': 'waiting' },
    ],
    [
      'whose burn is final',
      { record: recordOf('BURNED'), reachedAt: { ...burning, BURNED: at(4) }, sightings: { Burn: inBlock(7, 3) } },
      { accepted: 'done', burn: 'done', 'burn final': 'done', mint: 'underWay', 'mint final': 'waiting' },
    ],
    [
      'that is settled, though no chain answers',
      { record: recordOf('COMPLETED'), reachedAt: {}, sightings: {} },
      { accepted: 'done', burn: 'done', 'burn final': 'done', mint: 'done', 'mint final': 'done' },
    ],
    [
      'that was refused before it was entered',
      { record: recordOf('FAILED'), reachedAt: {}, sightings: {} },
      { accepted: 'failed', burn: 'waiting', 'burn final': 'waiting', mint: 'waiting', 'mint final': 'waiting' },
    ],
    [
      'whose burn was refused',
      { record: recordOf('FAILED'), reachedAt: { ...burning, FAILED: at(4) }, sightings: { Burn: signed } },
      { accepted: 'done', burn: 'failed', 'burn final': 'waiting', mint: 'waiting', 'mint final': 'waiting' },
    ],
    [
      'that goes back, its tombstone signed',
      { record: recordOf('COMPENSATING'), reachedAt: burning, sightings: { Mint: signed, CancelMint: signed } },
      {
        ...{ accepted: 'done', burn: 'done', 'burn final': 'done', mint: 'failed', 'mint final': 'waiting' },
        ...{ tombstone: 'underWay', refund: 'waiting', 'refund final': 'waiting' },
      },
    ],
    [
      'that is refunded on a tombstone',
      {
        record: recordOf('FAILED', { compensated: true }),
        reachedAt: { ...burning, FAILED: at(8) },
        sightings: { CancelMint: inBlock(5, 5), Refund: inBlock(9, 6) },
      },
      {
        ...{ accepted: 'done', burn: 'done', 'burn final': 'done', mint: 'failed', 'mint final': 'waiting' },
        ...{ tombstone: 'done', refund: 'done', 'refund final': 'done' },
      },
    ],
    [
      'that is refunded on a mark of the ledger',
      { record: recordOf('COMPENSATING'), reachedAt: burning, sightings: { Refund: signed } },
      {
        ...{ accepted: 'done', burn: 'done', 'burn final': 'done', mint: 'failed', 'mint final': 'waiting' },
        ...{ tombstone: 'notNeeded', refund: 'underWay', 'refund final': 'waiting' },
      },
    ],
  ])('%s', (_what, seen, states) => expect(statesOf(seen)).toEqual(states));

  it('tell hash, block, confirmations and times; a block’s own clock never leads out of the step', () => {
    const reachedAt = { ...burning, BURNED: at(4) };
    const early = stepsOf({ record: recordOf('BURNED'), reachedAt, sightings: { Burn: inBlock(7, 0, 2) } });
    expect(early[1]).toMatchObject({ txHash: '0x7', block: 7, chain: 'alder', startedAt: at(1), endedAt: at(1) });
    const late = stepsOf({ record: recordOf('BURNED'), reachedAt, sightings: { Burn: inBlock(7, 59, 2) } });
    expect(late[1]).toMatchObject({ endedAt: at(4) });
    expect(late[2]).toMatchObject({ confirmations: { seen: 2, needed: 3 }, startedAt: at(4), endedAt: at(4) });
  });
});

describe('a settlement is over', () => {
  it.each([
    ['COMPLETED', 'unknown', true],
    ['FAILED', 'ended', true],
    ['FAILED', 'forgotten', true],
    ['FAILED', 'lost', true],
    // A retry's run has begun, and the ledger still tells of the attempt before; or nobody can tell.
    ['FAILED', 'running', false],
    ['FAILED', 'unknown', false],
    ['COMPENSATING', 'ended', false],
    ['MINTED', 'running', false],
  ] as const)('%s with a run that is %s: %s', (status, run, over) => {
    expect(isOver({ record: recordOf(status), run })).toBe(over);
  });
});
