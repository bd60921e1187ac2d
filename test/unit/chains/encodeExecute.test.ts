import fc from 'fast-check';
import { decodeFunctionData, toFunctionSelector, toHex, type Hex } from 'viem';
import { encodeExecute, type Operation } from '../../../src/chains/encodeExecute';
import { settlementGatewayAbi } from '../../../src/chains/generated/settlementGateway';
import { operationKinds } from '../../../src/domain/slot';
import { anOrder, orders } from '../domain/orders';
import { fingerprint } from '../lanes/fakeChain';

/** The contract's enum, written from its source: what a number in calldata means there. */
const kindsOfTheContract = ['Burn', 'Refund', 'Mint', 'CancelMint', 'ReverseMint'];

const operations: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom(...operationKinds),
  attempt: fc.integer({ min: 0, max: 255 }),
  order: orders,
  fingerprint: fc.constant(fingerprint),
  signature: fc.uint8Array({ maxLength: 200 }).map((bytes): Hex => toHex(bytes)),
});

function decode(data: Hex): unknown {
  const { functionName, args } = decodeFunctionData({ abi: settlementGatewayAbi, data });
  expect(functionName).toBe('execute');
  const [decoded] = args as readonly [readonly { kind: number }[]];
  return decoded.map((operation) => ({ ...operation, kind: kindsOfTheContract[operation.kind] }));
}

describe('encodeExecute', () => {
  it('says to the gateway what the operations say, in their order', () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 4 }), (batch) => {
        expect(decode(encodeExecute(batch))).toEqual(
          batch.map(({ kind, attempt, order, signature }) => ({ kind, attempt, order, signature })),
        );
      }),
    );
  });

  it('calls execute', () => {
    expect(encodeExecute([]).slice(0, 10)).toBe(
      toFunctionSelector(
        'execute((uint8,uint8,(string,address,address,address,address,address,uint256,uint256,uint256,uint64,uint8),bytes)[])',
      ),
    );
  });

  it.each(operationKinds.map((kind, index) => [kind, index] as const))('numbers %s %i', (kind, index) => {
    const data = encodeExecute([{ kind, attempt: 0, order: anOrder, fingerprint, signature: '0x' }]);
    const { args } = decodeFunctionData({ abi: settlementGatewayAbi, data });
    expect(args).toMatchObject([[{ kind: index }]]);
  });

  it.each([-1, 256, 1.5, NaN])('refuses attempt %d, which the gateway could only misread', (attempt) => {
    expect(() => encodeExecute([{ kind: 'Mint', attempt, order: anOrder, fingerprint, signature: '0x' }])).toThrow();
  });
});
