import {
  DefaultFailureConverter,
  type FailureConverter,
  type PayloadConverter,
  type ProtoFailure,
} from '@temporalio/common';

const plain = new DefaultFailureConverter();
const hiddenMessage = 'Encoded failure';

/**
 * Puts messages and stack traces of failures where a codec encrypts them. Temporal's own `encodeCommonAttributes` writes and reads
 * the same form; it leaves the failure below a timeout unread, and says "Encoded failure" for good of one that it hides a second time.
 */
export const failureConverter: FailureConverter = {
  errorToFailure: (error, converter) => hide(plain.errorToFailure(error, converter), converter),
  failureToError: (failure, converter) => plain.failureToError(reveal(failure, converter), converter),
};

function hide(failure: ProtoFailure, converter: PayloadConverter): ProtoFailure {
  const { message, stackTrace, cause, encodedAttributes } = failure;
  return {
    ...failure,
    ...(cause ? { cause: hide(cause, converter) } : {}),
    message: hiddenMessage,
    stackTrace: '',
    encodedAttributes: encodedAttributes ?? converter.toPayload({ message, stack_trace: stackTrace }),
  };
}

function reveal(failure: ProtoFailure, converter: PayloadConverter): ProtoFailure {
  const { encodedAttributes, cause, ...rest } = failure;
  const below = cause ? { cause: reveal(cause, converter) } : {};
  if (!encodedAttributes) return { ...rest, ...below };
  const { message, stack_trace: stackTrace } = converter.fromPayload<{ message?: string; stack_trace?: string }>(
    encodedAttributes,
  );
  return { ...rest, ...below, message: message ?? rest.message ?? '', stackTrace: stackTrace ?? '' };
}
