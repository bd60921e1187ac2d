import fc from 'fast-check';
import type { ErrorCode } from '../../../src/domain/errorCodes';
import { PermanentError } from '../../../src/domain/errors';
import { checkOrderShape, hasOrderTypes } from '../../../src/domain/checkOrderShape';
import { orderToJson } from '../../../src/domain/order';
import { parseOrder } from '../../../src/domain/parseOrder';
import { addressOf, anOrder, orders, refusalOf } from './orders';

const json = orderToJson(anOrder);
const fields = Object.keys(json);

/** The order as JSON text gives it, one field replaced. */
const having = (field: string, value: unknown): unknown => ({ ...json, [field]: value });

describe('parseOrder', () => {
  it('reads the JSON of every order back, through text, to the very same order', () => {
    fc.assert(
      fc.property(orders, (order) => {
        expect(parseOrder(JSON.parse(JSON.stringify(orderToJson(order))))).toStrictEqual(order);
      }),
      { numRuns: 200 },
    );
  });

  it('reads fields in any order', () => {
    expect(parseOrder(Object.fromEntries(Object.entries(json).reverse()))).toStrictEqual(anOrder);
  });

  it('gives every address its checksum, so that equal orders have equal fingerprints', () => {
    const holder = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    expect(parseOrder(having('holder', holder.toLowerCase())).holder).toBe(holder);
  });

  it.each([undefined, null, true, 1, 'order', [], [json], Object.assign([], json), () => json])(
    'refuses what is no object (%#)',
    (value) => {
      expect(refusalOf(() => parseOrder(value)).code).toBe('BAD_REQUEST');
    },
  );

  it.each(fields)('refuses an order without %s, and names it', (field) => {
    const rest = Object.fromEntries(Object.entries(json).filter(([name]) => name !== field));
    const refusal = refusalOf(() => parseOrder(rest));
    expect(refusal).toBeInstanceOf(PermanentError);
    expect(refusal.code).toBe('BAD_REQUEST');
    expect(refusal.message).toContain(field);
  });

  it('refuses an order whose fields are inherited', () => {
    expect(refusalOf(() => parseOrder(Object.create(json))).code).toBe('BAD_REQUEST');
  });

  it.each(['memo', 'Holder', 'amount ', 'constructor', 'toString', ''])('refuses the unknown field %j', (field) => {
    const refusal = refusalOf(() => parseOrder(having(field, 'x')));
    expect(refusal.code).toBe('BAD_REQUEST');
    expect(refusal.message).toContain(field);
  });

  it('refuses an own __proto__ field from JSON text, and pollutes nothing', () => {
    const text = `{"__proto__": {"polluted": true}, ${JSON.stringify(json).slice(1)}`;
    const parsed: unknown = JSON.parse(text);
    expect(Object.keys(parsed as object)).toContain('__proto__');
    expect(refusalOf(() => parseOrder(parsed)).code).toBe('BAD_REQUEST');
    expect('polluted' in {}).toBe(false);
  });

  it('does not take fields from a __proto__ in place of its own', () => {
    const { amount, ...rest } = json;
    const text = `{"__proto__": {"amount": "${amount}"}, ${JSON.stringify(rest).slice(1)}`;
    expect(refusalOf(() => parseOrder(JSON.parse(text))).code).toBe('BAD_REQUEST');
  });

  it('does not repeat long names or values of the unknown', () => {
    expect(refusalOf(() => parseOrder(having('x'.repeat(100_000), 1))).message.length).toBeLessThan(500);
    expect(refusalOf(() => parseOrder(having('amount', 'x'.repeat(100_000)))).message.length).toBeLessThan(500);
  });

  const wrongTypes: readonly unknown[] = [undefined, null, true, [], {}, ['1'], { valueOf: () => 1 }, 1n, Symbol('1')];
  const codes: Readonly<Record<string, ErrorCode>> = {
    settlementId: 'ID_INVALID',
    amount: 'AMOUNT_INVALID',
    sourceChainId: 'UNKNOWN_CHAIN',
    destinationChainId: 'UNKNOWN_CHAIN',
    validBefore: 'DEADLINE_INVALID',
    maxAttempts: 'ATTEMPTS_INVALID',
  };

  it.each(fields)('refuses a %s of a wrong type with its own code', (field) => {
    for (const value of [...wrongTypes, field === 'settlementId' ? 'a b' : 'x']) {
      expect(refusalOf(() => parseOrder(having(field, value))).code).toBe(codes[field] ?? 'ADDRESS_INVALID');
    }
  });

  it.each(['sourceChainId', 'destinationChainId', 'validBefore', 'maxAttempts'])(
    'refuses a %s that is no safe positive integer',
    (field) => {
      for (const value of [0, -0, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300, '1', '0x1']) {
        expect(refusalOf(() => parseOrder(having(field, value))).code).toBe(codes[field]);
      }
    },
  );

  it('takes 1 to 255 attempts', () => {
    expect(parseOrder(having('maxAttempts', 1)).maxAttempts).toBe(1);
    expect(parseOrder(having('maxAttempts', 255)).maxAttempts).toBe(255);
    expect(refusalOf(() => parseOrder(having('maxAttempts', 256))).code).toBe('ATTEMPTS_INVALID');
  });

  it('takes the largest safe integer as a time', () => {
    expect(parseOrder(having('validBefore', Number.MAX_SAFE_INTEGER)).validBefore).toBe(2n ** 53n - 1n);
  });

  it('refuses an amount as a JSON number, whatever the number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (amount) => {
        expect(refusalOf(() => parseOrder(having('amount', amount))).code).toBe('AMOUNT_INVALID');
      }),
    );
  });

  it('refuses source and destination on one chain', () => {
    const refusal = refusalOf(() => parseOrder(having('destinationChainId', json.sourceChainId)));
    expect(refusal.code).toBe('SAME_CHAIN');
  });

  it.each(['token', 'destinationToken', 'destinationGateway'] as const)('refuses the %s as recipient', (field) => {
    expect(refusalOf(() => parseOrder(having('recipient', json[field]))).code).toBe('ADDRESS_FORBIDDEN');
  });

  it('sees through the case of a forbidden recipient', () => {
    const token = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    const order = { ...json, token, recipient: token.toLowerCase() };
    expect(refusalOf(() => parseOrder(order)).code).toBe('ADDRESS_FORBIDDEN');
  });

  it('lets a holder be the recipient', () => {
    expect(parseOrder(having('recipient', json.holder)).recipient).toBe(json.holder);
  });

  it.each(['holder', 'recipient', 'token', 'destinationToken', 'destinationGateway'])('checks the %s', (field) => {
    const zero = `0x${'00'.repeat(20)}`;
    const mistyped = '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    expect(refusalOf(() => parseOrder(having(field, zero))).code).toBe('ADDRESS_ZERO');
    expect(refusalOf(() => parseOrder(having(field, mistyped))).code).toBe('ADDRESS_CHECKSUM');
    expect(refusalOf(() => parseOrder(having(field, addressOf(0x66).slice(0, -1)))).code).toBe('ADDRESS_INVALID');
  });

  it('answers anything from JSON with an order or a permanent error, never with another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields, '__proto__', 'x'), fc.jsonValue(), (field, value) => {
        try {
          parseOrder(having(field, value));
        } catch (error) {
          expect(error).toBeInstanceOf(PermanentError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('hasOrderTypes', () => {
  it('takes what orderToJson writes', () => {
    fc.assert(fc.property(orders, (order) => expect(hasOrderTypes(checkOrderShape(orderToJson(order)))).toBe(true)));
  });

  it.each(fields)('sees a %s of another JSON type', (field) => {
    const others =
      typeof json[field as keyof typeof json] === 'number' ? ['1', null, true, [], {}] : [1, null, true, [], {}];
    for (const value of others) expect(hasOrderTypes(checkOrderShape(having(field, value)))).toBe(false);
  });
});
