import fc from 'fast-check';
import { quote } from '../../../src/domain/quote';
import { characters, nonStrings } from './orders';

describe('quote', () => {
  it('shows a short text as JSON does, control characters made visible', () => {
    expect(quote('a\nb\u0000"c')).toBe('"a\\nb\\u0000\\"c"');
  });

  it.each([
    ['\u007f', '"\\u{7f}"'],
    ['\u009b2J', '"\\u{9b}2J"'], // what a terminal takes for an escape sequence
    ['\u202egnp.exe', '"\\u{202e}gnp.exe"'],
    ['pay\u200b', '"pay\\u{200b}"'],
    ['\u2028', '"\\u{2028}"'],
    ['zahlung-ä-💸', '"zahlung-ä-💸"'],
  ])('makes visible what JSON leaves as it is: %j', (text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  it('is short and on one line whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: characters, maxLength: 500 }), fc.anything()), (value) => {
        const text = quote(value);
        expect(text.length).toBeLessThan(1_000);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 300 },
    );
    expect(quote('x'.repeat(1_000_000)).length).toBeLessThan(100);
  });

  it.each(nonStrings)('throws at nothing (%#)', (value) => {
    expect(() => quote(value)).not.toThrow();
  });

  it('runs no code of the value', () => {
    const code = jest.fn(() => 'x');
    expect(quote({ toString: code, toJSON: code, valueOf: code, [Symbol.toPrimitive]: code })).toBe('(an object)');
    expect(code).not.toHaveBeenCalled();
  });
});
