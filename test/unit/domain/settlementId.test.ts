import fc from 'fast-check';
import { PermanentError } from '../../../src/domain/errors';
import { parseSettlementId } from '../../../src/domain/settlementId';
import { characters, nonStrings, refusalOf } from './orders';

describe('parseSettlementId', () => {
  it.each(['a', '0', '_', '-', 'pay-2026_07', 'A'.repeat(64), '__proto__', 'constructor'])('takes %j', (text) => {
    expect(parseSettlementId(text)).toBe(text);
  });

  it('takes every id of the alphabet up to 64 characters as it stands', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (id) => expect(parseSettlementId(id)).toBe(id)));
  });

  it.each([
    '',
    'A'.repeat(65),
    'A'.repeat(1_000_000),
    'a b',
    ' a',
    'a ',
    'a\n',
    '\na',
    'a\r\n',
    'a\nb',
    'a\u2028',
    'a\u0000',
    'a\u001b[2J',
    '\u0000',
    '../',
    '../../etc/passwd',
    'a/b',
    'a.b',
    'a:b',
    'batch:1',
    'a%00',
    'zahlung-ä',
    'е', // Cyrillic
    'ａ', // full width
    '١', // Arabic-Indic digit
    '💸',
    'a\u0301',
    'a\u200b',
    '\ufeffa',
    '–',
  ])('refuses %j', (text) => {
    const refusal = refusalOf(() => parseSettlementId(text));
    expect(refusal).toBeInstanceOf(PermanentError);
    expect(refusal.code).toBe('ID_INVALID');
    // A log line or a terminal gets neither its control characters nor all of it.
    expect(refusal.message).not.toMatch(/\p{Cc}/u);
    expect(refusal.message.length).toBeLessThan(300);
  });

  it.each(nonStrings)('refuses what is not a string (%#)', (value) => {
    expect(refusalOf(() => parseSettlementId(value)).code).toBe('ID_INVALID');
  });

  it('refuses every id with one character of another alphabet in it', () => {
    const strange = characters.filter((text) => !/^[\w-]$/.test(text));
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{0,20}$/);
    fc.assert(
      fc.property(part, strange, part, (before, character, behind) => {
        expect(refusalOf(() => parseSettlementId(before + character + behind)).code).toBe('ID_INVALID');
      }),
      { numRuns: 300 },
    );
  });
});
