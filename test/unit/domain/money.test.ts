import fc from 'fast-check';
import { maxUint256 } from 'viem';
import { formatAmount, parseAmount, parseBaseUnits } from '../../../src/domain/money';
import { characters, nonStrings, refusalOf } from './orders';

const notPlainDecimals = [
  '',
  ' ',
  '0',
  '0.0',
  '-1',
  '-0',
  '+1',
  'NaN',
  'Infinity',
  '1e18',
  '1E18',
  '0x10',
  '0b1',
  '0o7',
  '1n',
  ' 1',
  '1 ',
  '1 000',
  '1\n',
  '\n1',
  '\t1',
  '1\u0000',
  '1,5',
  '1_000',
  "1'000",
  '00',
  '01',
  '007.5',
  '1.',
  '.5',
  '.',
  '1.2.3',
  '1..2',
  '1.-2',
  '1.5e3',
  '١٢', // Arabic-Indic
  '１２', // full width
  '1٢',
  '1.٢',
  '५', // Devanagari
  '²',
  '½',
  '１.5',
  '1．5',
  '1\u200b',
  '\ufeff1',
  '−1', // the minus of mathematics
  'x'.repeat(1_000_000),
];

describe('parseAmount', () => {
  it.each([
    ['12.5', 6, 12_500_000n],
    ['12.500000000', 6, 12_500_000n],
    ['0.000001', 6, 1n],
    ['1', 0, 1n],
    ['1.0', 0, 1n],
    ['1000000', 18, 10n ** 24n],
    [maxUint256.toString(), 0, maxUint256],
    ['0.000000000000000000000000000000000001', 36, 1n],
  ])('reads %s with %i decimals', (text, decimals, amount) => {
    expect(parseAmount(text, decimals)).toBe(amount);
  });

  it('reads what formatAmount wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: maxUint256 }), fc.integer({ min: 0, max: 36 }), (amount, decimals) => {
        expect(parseAmount(formatAmount(amount, decimals), decimals)).toBe(amount);
      }),
      { numRuns: 300 },
    );
  });

  it('takes zeros at the end for what they are', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 30n }),
        fc.integer({ min: 1, max: 18 }),
        fc.nat(40),
        (amount, decimals, zeros) => {
          const text = formatAmount(amount, decimals);
          const padded = `${text}${text.includes('.') ? '' : '.0'}${'0'.repeat(zeros)}`;
          expect(parseAmount(padded, decimals)).toBe(amount);
        },
      ),
    );
  });

  it.each(notPlainDecimals)('refuses %j', (text) => {
    expect(refusalOf(() => parseAmount(text, 18)).code).toBe('AMOUNT_INVALID');
  });

  it.each(nonStrings)('refuses what is not a string (%#)', (value) => {
    expect(refusalOf(() => parseAmount(value, 18)).code).toBe('AMOUNT_INVALID');
  });

  it.each([
    ['1.5', 0],
    ['0.0000001', 6],
    ['0.10000001', 7],
    ['1.0000000000000000001', 18],
  ])('refuses %s where the token has %i decimals', (text, decimals) => {
    expect(refusalOf(() => parseAmount(text, decimals)).code).toBe('AMOUNT_PRECISION');
  });

  it('never rounds a fraction that does not fit', () => {
    const digits = fc.stringMatching(/^[0-9]{0,20}[1-9]$/);
    fc.assert(
      fc.property(fc.nat(), digits, fc.nat(25), (whole, fraction, decimals) => {
        const text = `${whole}.${fraction}`;
        if (fraction.length > decimals) {
          expect(refusalOf(() => parseAmount(text, decimals)).code).toBe('AMOUNT_PRECISION');
        } else {
          expect(parseAmount(text, decimals)).toBe(BigInt(`${whole}${fraction.padEnd(decimals, '0')}`));
        }
      }),
    );
  });

  it.each([
    ['2^256', (maxUint256 + 1n).toString(), 0],
    ['one more than fits with 18 decimals', formatAmount(maxUint256 + 1n, 18), 18],
    ['a million digits', '9'.repeat(1_000_000), 18],
  ])('refuses %s: more than a uint256', (_, text, decimals) => {
    expect(refusalOf(() => parseAmount(text, decimals)).code).toBe('AMOUNT_OVERFLOW');
  });

  it('answers within a second however long the text is, and does not repeat it', () => {
    // A run of zeros inside the fraction took quadratic time once: 3 s for these.
    const startedAt = performance.now();
    const refusal = refusalOf(() => parseAmount(`0.${'0'.repeat(100_000)}1`, 18));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(refusal.code).toBe('AMOUNT_PRECISION');
    expect(refusal.message.length).toBeLessThan(300);
    expect(refusalOf(() => parseAmount('x'.repeat(1_000_000), 18)).message.length).toBeLessThan(300);
  });
});

describe('parseBaseUnits', () => {
  it('reads what JSON carries of any amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: maxUint256 }), (amount) => {
        expect(parseBaseUnits(amount.toString())).toBe(amount);
      }),
    );
  });

  it.each([...notPlainDecimals, '1.5', '1.0'])('refuses %j', (text) => {
    expect(refusalOf(() => parseBaseUnits(text)).code).toBe('AMOUNT_INVALID');
  });

  it.each(nonStrings)('refuses what is not a string (%#)', (value) => {
    expect(refusalOf(() => parseBaseUnits(value)).code).toBe('AMOUNT_INVALID');
  });

  it('takes the largest uint256 and refuses the next', () => {
    expect(parseBaseUnits(maxUint256.toString())).toBe(maxUint256);
    expect(refusalOf(() => parseBaseUnits((maxUint256 + 1n).toString())).code).toBe('AMOUNT_OVERFLOW');
  });

  it('refuses every text that is not the plain decimal of a positive bigint', () => {
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        fc.pre(!/^[1-9][0-9]*$/.test(text));
        expect(refusalOf(() => parseBaseUnits(text)).code).toBe('AMOUNT_INVALID');
      }),
    );
  });
});

describe('formatAmount', () => {
  it.each([
    [12_500_000n, 6, '12.5'],
    [1n, 18, '0.000000000000000001'],
    [7n, 0, '7'],
    [10n ** 18n, 18, '1'],
  ])('writes %s with %i decimals as %s', (amount, decimals, text) => {
    expect(formatAmount(amount, decimals)).toBe(text);
  });
});
