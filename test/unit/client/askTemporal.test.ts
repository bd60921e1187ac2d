import { ServiceError, WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { askTemporal } from '../../../src/client/askTemporal';

const asked = (error: Error) => askTemporal(() => Promise.reject(error));

test.each([
  ['a call that failed', new ServiceError('no', { cause: new Error('why') })],
  // No ServiceError to the SDK: it was once taken for a bug.
  ['an update without an answer in time', new WorkflowUpdateRPCTimeoutOrCancelledError('deadline exceeded')],
  ['a server that is not there', new Error('Failed to connect before the deadline')],
])('%s is unknown, and may be asked again', async (_, error) => {
  await expect(asked(error)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', retryable: true });
});

test('what is not there is not there, and a bug stays one', async () => {
  await expect(asked(new WorkflowNotFoundError('no', 'a-1', undefined))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(asked(new TypeError('x is not a function'))).rejects.toThrow(TypeError);
});
