import fc from 'fast-check';
import { toHex } from 'viem';
import { parseSignature } from '../../../src/domain/parseSignature';
import { nonStrings, refusalOf } from './orders';

describe('parseSignature', () => {
  it('takes 1 to 4096 bytes of hex: contract wallets sign longer than keys do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 4096 }), (bytes) => {
        expect(parseSignature(toHex(bytes))).toBe(toHex(bytes));
      }),
      { numRuns: 20 },
    );
    expect(parseSignature(`0x${'Ab'.repeat(4096)}`)).toHaveLength(2 + 8192);
  });

  it.each([
    '',
    '0x',
    '0xabc',
    'ab',
    '0Xab',
    '0xag',
    ' 0xab',
    '0xab ',
    '0xab\n',
    '0xab\u0000',
    `0x${'ab'.repeat(4097)}`,
    'x'.repeat(1_000_000),
  ])('refuses %j', (text) => {
    const refusal = refusalOf(() => parseSignature(text));
    expect(refusal.code).toBe('SIGNATURE_INVALID');
    // A signature is a credential until it is used.
    expect(refusal.message).not.toMatch(/0xab/);
  });

  it.each(nonStrings)('refuses what is not a string (%#)', (value) => {
    expect(refusalOf(() => parseSignature(value)).code).toBe('SIGNATURE_INVALID');
  });
});
