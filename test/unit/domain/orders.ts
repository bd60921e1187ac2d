import fc from 'fast-check';
import { getAddress, maxUint256, toHex, zeroAddress, type Address } from 'viem';
import { SettlementError } from '../../../src/domain/errors';
import type { SettlementOrder } from '../../../src/domain/order';

/** An address whose digits are one byte over and over: readable in failures, and without letters where the byte has none. */
export function addressOf(byte: number): Address {
  return getAddress(`0x${byte.toString(16).padStart(2, '0').repeat(20)}`);
}

export const anOrder: SettlementOrder = {
  settlementId: 'settlement-1',
  holder: addressOf(0x11),
  recipient: addressOf(0x22),
  token: addressOf(0x33),
  destinationToken: addressOf(0x44),
  destinationGateway: addressOf(0x55),
  amount: 12_500_000n,
  sourceChainId: 31_337n,
  destinationChainId: 31_338n,
  validBefore: 2_000_000_000n,
  maxAttempts: 3,
};

export const addresses: fc.Arbitrary<Address> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(toHex(bytes)))
  .filter((address) => address !== zeroAddress);

const positiveSafeIntegers = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** Every order that a caller may legally submit. */
export const orders: fc.Arbitrary<SettlementOrder> = fc
  .record({
    settlementId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    holder: addresses,
    contracts: fc.uniqueArray(addresses, { minLength: 4, maxLength: 4 }),
    amount: fc.bigInt({ min: 1n, max: maxUint256 }),
    chainIds: fc.uniqueArray(positiveSafeIntegers, { minLength: 2, maxLength: 2 }),
    validBefore: positiveSafeIntegers,
    maxAttempts: fc.integer({ min: 1, max: 255 }),
  })
  .map(({ contracts, chainIds, validBefore, ...order }) => ({
    ...order,
    recipient: contracts[0] as Address,
    token: contracts[1] as Address,
    destinationToken: contracts[2] as Address,
    destinationGateway: contracts[3] as Address,
    sourceChainId: BigInt(chainIds[0] as number),
    destinationChainId: BigInt(chainIds[1] as number),
    validBefore: BigInt(validBefore),
  }));

/** Any character of Unicode, those of ASCII and Latin 1 above all; fast-check's own `binary` takes seconds to set up. */
export const characters: fc.Arbitrary<string> = fc
  .oneof(fc.nat(0xff), fc.nat(0x10ffff))
  .map((codePoint) => String.fromCodePoint(codePoint));

/** The settlement error something is refused with; anything else it throws, or that it throws nothing, fails the test. */
export function refusalOf(act: () => unknown): SettlementError {
  try {
    act();
  } catch (error) {
    if (error instanceof SettlementError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** What JSON and careless callers can hand over where a string is due. */
export const nonStrings: readonly unknown[] = [
  undefined,
  null,
  0,
  1,
  -0,
  NaN,
  true,
  12n,
  [],
  ['1'],
  {},
  { toString: () => '1' },
  new String('1'),
  Symbol('1'),
  () => '1',
];
