import { operationKinds } from '../../../src/domain/slot';
import { operationOutcome } from '../../../src/chains/operationOutcome';
import { addressOf } from '../domain/orders';
import { createFakeChain, gateway, settlementKey } from '../lanes/fakeChain';
import { logOf, receiptWith, type OperationEvent } from './events';

const { chain } = createFakeChain();
const operation = { settlementKey, kind: 'Mint', attempt: 1 } as const;
const event: OperationEvent = { name: 'OperationApplied', emitter: gateway, ...operation };
const refusal: OperationEvent = { ...event, name: 'OperationRefused', reason: '0x203d82d8' };

const outcomeOf = (...events: OperationEvent[]) => operationOutcome(chain, receiptWith(events.map(logOf)), operation);

describe('the outcome of an operation', () => {
  it('is what the gateway says of it', () => {
    expect(outcomeOf(event)).toEqual({ kind: 'applied' });
    expect(outcomeOf({ ...event, name: 'OperationAlreadyApplied' })).toEqual({ kind: 'alreadyApplied' });
    expect(outcomeOf(refusal)).toEqual({ kind: 'refused', reason: 'Expired' });
  });

  it.each(operationKinds)('is told for a %s', (kind) => {
    const receipt = receiptWith([logOf({ ...event, kind })]);
    expect(operationOutcome(chain, receipt, { ...operation, kind })).toEqual({ kind: 'applied' });
  });

  it.each<[string, Partial<OperationEvent>]>([
    ['another emitter', { emitter: addressOf(0xbb) }],
    ['another settlement', { settlementKey: `0x${'12'.repeat(32)}` }],
    ['another kind', { kind: 'CancelMint' }],
    ['an earlier attempt', { attempt: 0 }],
    ['a later attempt', { attempt: 2 }],
  ])('is not taken from the event of %s', (_, other) => {
    for (const name of ['OperationApplied', 'OperationAlreadyApplied', 'OperationRefused'] as const) {
      expect(outcomeOf({ ...event, name, ...other })).toEqual({ kind: 'undecided' });
      // Nor does such an event hide our own.
      expect(outcomeOf({ ...event, name, ...other }, refusal)).toEqual({ kind: 'refused', reason: 'Expired' });
    }
  });

  it('is undecided without an event, however successful the receipt looks', () => {
    expect(operationOutcome(chain, receiptWith([], { status: 'success' }), operation)).toEqual({ kind: 'undecided' });
    expect(operationOutcome(chain, receiptWith([], { status: 'reverted' }), operation)).toEqual({ kind: 'undecided' });
  });

  it('is not made a success by the status of the receipt', () => {
    const receipt = receiptWith([logOf(refusal)], { status: 'success' });
    expect(operationOutcome(chain, receipt, operation)).toEqual({ kind: 'refused', reason: 'Expired' });
  });

  it('is found among events of other contracts and other shapes', () => {
    const odd = { ...logOf(event), topics: [`0x${'77'.repeat(32)}`] as [`0x${string}`], data: '0x' as const };
    const cut = { ...logOf(event), data: '0x' as const };
    const receipt = receiptWith([odd, cut, { ...logOf(event), topics: [] }, logOf(refusal)]);
    expect(operationOutcome(chain, receipt, operation)).toEqual({ kind: 'refused', reason: 'Expired' });
  });

  it('knows the emitter in either case: nodes answer in lower case', () => {
    const log = { ...logOf(event), address: gateway.toLowerCase() as typeof gateway };
    expect(operationOutcome(chain, receiptWith([log]), operation)).toEqual({ kind: 'applied' });
  });
});
