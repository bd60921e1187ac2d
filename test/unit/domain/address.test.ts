import fc from 'fast-check';
import { zeroAddress } from 'viem';
import { parseAddress } from '../../../src/domain/address';
import { PermanentError } from '../../../src/domain/errors';
import { addresses, nonStrings, refusalOf } from './orders';

// The examples of EIP-55 itself.
const fromTheStandard = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];
const [, , good = ''] = fromTheStandard;

describe('parseAddress', () => {
  it.each(fromTheStandard)('takes %s', (text) => {
    expect(parseAddress(text, 'holder')).toBe(text);
  });

  it('takes text without a checksum and gives it one', () => {
    expect(parseAddress(good.toLowerCase(), 'holder')).toBe(good);
    expect(parseAddress(`0x${good.slice(2).toUpperCase()}`, 'holder')).toBe(good);
  });

  it('takes every checksummed address as it stands', () => {
    fc.assert(fc.property(addresses, (address) => expect(parseAddress(address, 'holder')).toBe(address)));
  });

  it.each([
    '',
    '0x',
    good.slice(0, -1),
    `${good}0`,
    good.slice(2),
    `0X${good.slice(2)}`,
    ` ${good}`,
    `${good} `,
    `${good}\n`,
    `${good.slice(0, -1)}g`,
    `${good.slice(0, -1)}\u0000`,
    `${good.slice(0, -1)}é`,
    'alice.eth',
    `0x${'a'.repeat(1_000_000)}`,
  ])('refuses %j as ADDRESS_INVALID', (text) => {
    const refusal = refusalOf(() => parseAddress(text, 'recipient'));
    expect(refusal).toBeInstanceOf(PermanentError);
    expect(refusal.code).toBe('ADDRESS_INVALID');
    expect(refusal.message).toMatch(/^recipient /);
    expect(refusal.message.length).toBeLessThan(300);
  });

  it.each(nonStrings)('refuses what is not a string (%#)', (value) => {
    expect(refusalOf(() => parseAddress(value, 'holder')).code).toBe('ADDRESS_INVALID');
  });

  it('refuses every address with the case of one letter wrong, and says the right one', () => {
    fc.assert(
      fc.property(addresses, fc.nat(39), (address, index) => {
        const at = index + 2;
        const letter = address.charAt(at);
        const swapped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        const text = address.slice(0, at) + swapped + address.slice(at + 1);
        const digits = text.slice(2);
        // A digit has no case, and text of one case alone carries no checksum.
        fc.pre(text !== address && digits !== digits.toLowerCase() && digits !== digits.toUpperCase());
        const refusal = refusalOf(() => parseAddress(text, 'token'));
        expect(refusal.code).toBe('ADDRESS_CHECKSUM');
        expect(refusal.message).toContain(address);
      }),
    );
  });

  it('refuses the zero address', () => {
    expect(refusalOf(() => parseAddress(zeroAddress, 'recipient')).code).toBe('ADDRESS_ZERO');
  });
});
