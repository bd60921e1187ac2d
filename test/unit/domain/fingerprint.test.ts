import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  concat,
  encodeAbiParameters,
  hashTypedData,
  keccak256,
  stringToHex,
  toBytes,
  type Address,
  type Hex,
} from 'viem';
import { fingerprintOf, orderTypedData, settlementKeyOf } from '../../../src/domain/fingerprint';
import type { SettlementOrder } from '../../../src/domain/order';
import { addresses, addressOf, anOrder, orders } from './orders';

const gateway = addressOf(0x77);

/** EIP-712 done by hand: nothing but ABI encoding and keccak. */
const typeText =
  'SettlementOrder(string settlementId,address holder,address recipient,address token,address destinationToken,' +
  'address destinationGateway,uint256 amount,uint256 sourceChainId,uint256 destinationChainId,uint64 validBefore,' +
  'uint8 maxAttempts)';
const domainText = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';
const hashOf = (text: string): Hex => keccak256(toBytes(text));
const words = (...types: string[]) => types.map((type) => ({ type }));

function digestByHand(order: SettlementOrder, sourceGateway: Address): Hex {
  const domain = encodeAbiParameters(words('bytes32', 'bytes32', 'bytes32', 'uint256', 'address'), [
    hashOf(domainText),
    hashOf('SettlementGateway'),
    hashOf('1'),
    order.sourceChainId,
    sourceGateway,
  ]);
  const struct = encodeAbiParameters(
    words(
      'bytes32',
      'bytes32',
      ...Array<string>(5).fill('address'),
      ...Array<string>(3).fill('uint256'),
      'uint64',
      'uint8',
    ),
    [
      hashOf(typeText),
      hashOf(order.settlementId),
      order.holder,
      order.recipient,
      order.token,
      order.destinationToken,
      order.destinationGateway,
      order.amount,
      order.sourceChainId,
      order.destinationChainId,
      order.validBefore,
      order.maxAttempts,
    ],
  );
  return keccak256(concat(['0x1901', keccak256(domain), keccak256(struct)]));
}

describe('the fingerprint of an order', () => {
  it('is the EIP-712 digest as computed by hand', () => {
    fc.assert(
      fc.property(orders, addresses, (order, sourceGateway) => {
        expect(fingerprintOf(order, sourceGateway)).toBe(digestByHand(order, sourceGateway));
      }),
    );
  });

  it("is viem's hash of hand-written typed data", () => {
    const digest = hashTypedData({
      domain: { name: 'SettlementGateway', version: '1', chainId: 31_337, verifyingContract: gateway },
      primaryType: 'SettlementOrder',
      types: {
        SettlementOrder: [
          { name: 'settlementId', type: 'string' },
          { name: 'holder', type: 'address' },
          { name: 'recipient', type: 'address' },
          { name: 'token', type: 'address' },
          { name: 'destinationToken', type: 'address' },
          { name: 'destinationGateway', type: 'address' },
          { name: 'amount', type: 'uint256' },
          { name: 'sourceChainId', type: 'uint256' },
          { name: 'destinationChainId', type: 'uint256' },
          { name: 'validBefore', type: 'uint64' },
          { name: 'maxAttempts', type: 'uint8' },
        ],
      },
      message: anOrder,
    });
    expect(fingerprintOf(anOrder, gateway)).toBe(digest);
  });

  it('is the same for ever: settlements stand under it on chain', () => {
    expect(fingerprintOf(anOrder, gateway)).toBe('0x67e5a346eeeacb95cb4847508dbe4035a6f8ffe7f5409629244c20273fd22f2e');
  });

  it('is of the very type that the contract hashes', () => {
    const contract = readFileSync(join(__dirname, '../../../contracts/src/SettlementGateway.sol'), 'utf8');
    expect(contract).toContain(`"${typeText}"`);
    expect(contract).toContain(`"${domainText}"`);
    expect(contract).toContain('NAME_HASH = keccak256("SettlementGateway")');
    expect(contract).toContain('VERSION_HASH = keccak256("1")');
  });

  const fields = Object.keys(anOrder) as (keyof SettlementOrder)[];

  it.each(fields)('changes with the %s', (field) => {
    fc.assert(
      fc.property(orders, orders, (order, other) => {
        fc.pre(order[field] !== other[field]);
        expect(fingerprintOf({ ...order, [field]: other[field] }, gateway)).not.toBe(fingerprintOf(order, gateway));
      }),
      { numRuns: 25 },
    );
  });

  it('changes with the source gateway', () => {
    fc.assert(
      fc.property(addresses, addresses, (one, other) => {
        fc.pre(one !== other);
        expect(fingerprintOf(anOrder, one)).not.toBe(fingerprintOf(anOrder, other));
      }),
    );
  });

  it('covers every field of the order', () => {
    const { types } = orderTypedData(anOrder, gateway);
    expect(types.SettlementOrder.map(({ name }) => name)).toEqual(fields);
  });
});

describe('the key of a settlement', () => {
  it('is the hash of its id', () => {
    // keccak256("hello"), as any explorer tells it.
    expect(settlementKeyOf('hello')).toBe('0x1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8');
    expect(settlementKeyOf('settlement-1')).toBe(keccak256(stringToHex('settlement-1')));
  });
});
