import {
  ActivityFailure,
  ApplicationFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  type ProtoFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { failureConverter } from '../../../src/payloads/failureConverter';

const hide = (error: unknown): ProtoFailure => failureConverter.errorToFailure(error, defaultPayloadConverter);
const reveal = (failure: ProtoFailure): Error => failureConverter.failureToError(failure, defaultPayloadConverter);
const { Failure } = temporal.api.failure.v1;
/** What would be read on the wire with no key: everything but what a codec encrypts. */
const clearOf = (failure: ProtoFailure): string =>
  JSON.stringify(Failure.decode(Failure.encode(failure).finish()), (name, value: unknown) =>
    name === 'encodedAttributes' || name === 'details' ? undefined : value,
  );

describe('the failure converter', () => {
  const refused = ApplicationFailure.create({
    type: 'MINT_REFUSED',
    message: 'the token refuses 0xabc',
    nonRetryable: true,
    details: [{ status: 'FAILED' }],
    cause: new Error('because of 0xdef'),
  });

  it('hides messages and stacks of a failure and of what caused it, and leaves the code', () => {
    const failure = hide(refused);
    expect(clearOf(failure)).not.toMatch(/0xabc|0xdef|\.test\.ts/);
    expect(failure.applicationFailureInfo).toMatchObject({ type: 'MINT_REFUSED', nonRetryable: true });
  });

  it('reveals them again', () => {
    const error = reveal(hide(refused));
    expect(error).toMatchObject({
      type: 'MINT_REFUSED',
      nonRetryable: true,
      message: 'the token refuses 0xabc',
      details: [{ status: 'FAILED' }],
      cause: { message: 'because of 0xdef' },
      stack: expect.stringContaining('failureConverter.test.ts'),
    });
  });

  it('hides what it revealed when it is handed on, once', () => {
    const inner = reveal(hide(refused));
    const outer = new ActivityFailure('activity failed', 'mint', 'id', 'TIMEOUT', 'worker', inner);
    const again = hide(reveal(hide(outer)));
    expect(clearOf(again)).not.toMatch(/0xabc|0xdef/);
    expect(reveal(again)).toMatchObject({ cause: { message: 'the token refuses 0xabc' } });
  });

  it('reveals the last failure below a timeout, which the workflow tells', () => {
    const timedOut = hide(new TimeoutFailure('timed out', undefined, 'START_TO_CLOSE'));
    const error = reveal({ ...timedOut, cause: hide(refused) });
    expect(error).toMatchObject({ failure: { cause: { message: 'the token refuses 0xabc' } } });
  });

  it("reads and writes Temporal's own form, and reads failures that nobody hid", () => {
    const own = new DefaultFailureConverter({ encodeCommonAttributes: true });
    expect(reveal(own.errorToFailure(refused, defaultPayloadConverter)).message).toBe('the token refuses 0xabc');
    expect(own.failureToError(hide(refused), defaultPayloadConverter).message).toBe('the token refuses 0xabc');
    const plain = new DefaultFailureConverter().errorToFailure(refused, defaultPayloadConverter);
    expect(reveal(plain).message).toBe('the token refuses 0xabc');
  });
});
