import { PassThrough } from 'node:stream';
import type { Progress } from '../../../src/client/progress/progress';
import { stepsOf } from '../../../src/client/progress/stepsOf';
import { createStyle } from '../../../src/cli/style';
import { changeLines } from '../../../src/cli/watch/changeLines';
import { createScreen } from '../../../src/cli/watch/createScreen';
import { elapsedText } from '../../../src/cli/watch/elapsedText';
import { renderProgress } from '../../../src/cli/watch/renderProgress';
import { parseConfig } from '../../../src/config';
import { nothingKnown, type SettlementRecord } from '../../../src/domain/record';

const token = `0x${'3'.repeat(40)}`;
const chain = (name: string, chainId: number) => ({
  ...{ name, chainId, rpcUrl: 'http://localhost:1', gateway: `0x${'6'.repeat(40)}` },
  ...{ tokens: [{ symbol: 'USDS', address: token, decimals: 6 }], finality: { kind: 'finalized' } },
});
const config = parseConfig({ chains: [chain('alder', 1), chain('birch', 2)] }, '.');
const at = (second: number): string => new Date(Date.UTC(2026, 10, 23, 9, 0, second)).toISOString();
const txHash = `0x${'ab'.repeat(32)}`;

const record: SettlementRecord = {
  ...{ settlementId: 'rent-1', status: 'MINTING', sourceChain: 'alder', destinationChain: 'birch', token },
  ...{ amount: '12500000', holder: `0x${'1'.repeat(40)}`, recipient: `0x${'2'.repeat(40)}`, attempt: 0 },
  ...{ ...nothingKnown, createdAt: at(0), updatedAt: at(9) },
};
const steps = stepsOf({
  record,
  reachedAt: { PROCESSING: at(1), BURNING: at(2), BURNED: at(6) },
  sightings: {
    Burn: { txHash, block: 118, includedAt: at(3), confirmations: { seen: 12, needed: 12 } },
    Mint: { txHash, block: 9, includedAt: at(8), confirmations: { seen: 3, needed: 12 } },
  },
});
const progress: Progress = { record, steps, run: 'running', pending: [], silent: [] };
const failed: Progress['pending'][number] = {
  ...{
    activity: 'mint',
    attempt: 3,
    lastFailure: { code: 'CHAIN_UNAVAILABLE', message: 'birch did not say the slot' },
  },
  nextAttemptAt: at(24),
};
const view = { nowMs: Date.parse(at(20)), columns: 100, style: createStyle(false) };

describe('a settlement on a terminal', () => {
  it('has a row a step: state, elapsed, block, hash, confirmations', () => {
    expect(renderProgress(config, progress, view)).toEqual([
      'rent-1  12.5 USDS  alder to birch  0x111111..1111 to 0x222222..2222',
      '  ✓ accepted          1.0 s',
      '  ✓ burn              2.0 s  alder block 118  0xababab..abab',
      '  ✓ burn final        3.0 s  final on alder',
      '  ✓ mint              2.0 s  birch block 9  0xababab..abab',
      '  > mint final         12 s  3/12 confirmations',
      'MINTING, 20 s',
    ]);
  });

  it('says which execution of an activity failed of what, and when the next comes', () => {
    expect(renderProgress(config, { ...progress, pending: [failed] }, view)).toContain(
      '  mint: execution 3, last CHAIN_UNAVAILABLE: birch did not say the slot, again in 4.0 s',
    );
    const first = { ...failed, attempt: 1, lastFailure: null, nextAttemptAt: null };
    expect(renderProgress(config, { ...progress, pending: [first] }, view).join()).not.toContain('execution');
  });

  it('calls for an operator by code, and says what to do', () => {
    const calling = { ...record, needsOperator: true, errorCode: 'REFUND_REFUSED', errorMessage: 'frozen' } as const;
    const lines = renderProgress(config, { ...progress, record: calling }, { ...view, columns: 60 });
    expect(lines).toEqual(
      expect.arrayContaining([
        '  needs an operator: REFUND_REFUSED: frozen',
        "    Remove the source chain's reason (for example a frozen",
        '    holder), then resolve with action refund.',
      ]),
    );
  });

  it('is never wider than the terminal, and shows whole hashes where they fit', () => {
    for (const columns of [20, 40, 80]) {
      for (const line of renderProgress(config, { ...progress, pending: [failed] }, { ...view, columns })) {
        expect(line.length).toBeLessThan(columns);
      }
    }
    expect(renderProgress(config, progress, { ...view, columns: 140 }).join('\n')).toContain(txHash);
  });

  it('is told by colours only where they are wanted', () => {
    expect(renderProgress(config, progress, view).join('')).not.toContain('\u001b');
    expect(renderProgress(config, progress, { ...view, style: createStyle(true) }).join('')).toContain('\u001b[32m');
  });
});

describe('a screen', () => {
  it('draws over what it drew before, and over nothing else', () => {
    const stream = Object.assign(new PassThrough(), { columns: 80, rows: 4 }) as unknown as NodeJS.WriteStream;
    const screen = createScreen(stream);
    const drawn = (lines: readonly string[]): string => {
      screen.draw(lines);
      return String((stream as unknown as PassThrough).read());
    };
    expect(drawn(['a', 'b'])).toBe('a\nb\n');
    expect(drawn(['c', 'd', 'e', 'f', 'g'])).toBe('\u001b[2A\r\u001b[0Jc\nd\ne\nf\ng\n');
    // The rest of the five has scrolled away.
    expect(drawn(['h'])).toBe('\u001b[3A\r\u001b[0Jh\n');
  });
});

describe('a settlement in a file', () => {
  it('is told whole at first, then only what is new', () => {
    expect(changeLines(config, null, progress)).toEqual([
      'rent-1  12.5 USDS  alder to birch  0x111111..1111 to 0x222222..2222',
      'accepted: done',
      `burn: done, alder block 118  ${txHash}`,
      'burn final: done, final on alder',
      `mint: done, birch block 9  ${txHash}`,
      'mint final: under way, 3/12 confirmations',
    ]);
    expect(changeLines(config, progress, progress)).toEqual([]);
    expect(changeLines(config, progress, { ...progress, pending: [failed] })).toEqual([
      'mint: execution 3, last CHAIN_UNAVAILABLE: birch did not say the slot, again at 09:00:24Z',
    ]);
  });

  it('says once who does not answer, and once that he does again', () => {
    const silent = { ...progress, silent: [{ who: 'Temporal', why: 'deadline' }] };
    const other = { ...progress, silent: [{ who: 'Temporal', why: 'connection refused' }] };
    expect(changeLines(config, progress, silent)).toEqual([expect.stringContaining('Temporal does not answer')]);
    expect(changeLines(config, silent, other)).toEqual([]);
    expect(changeLines(config, other, progress)).toEqual(['Temporal answers again']);
  });

  it('ends with how it ended, why, and what to do', () => {
    const end = { status: 'FAILED', compensated: true, errorCode: 'MINT_REFUSED', errorMessage: 'frozen' } as const;
    const over: Progress = { ...progress, run: 'ended', record: { ...record, ...end } };
    expect(changeLines(config, progress, over).at(-1)).toBe(
      "FAILED after 9.0 s, the holder has the tokens back: MINT_REFUSED: frozen. The holder has the tokens back; remove the destination's reason, then retry.",
    );
  });
});

test.each([
  [-5, '0.0 s'],
  [940, '0.9 s'],
  [9_949, '9.9 s'],
  [9_999, '9.9 s'],
  [59_400, '59 s'],
  [59_999, '59 s'],
  [60_000, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [7_800_000, '2 h 10 min'],
])('%i ms are %s', (ms, text) => expect(elapsedText(ms)).toBe(text));
