import type { WorkflowHandle } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { SignedOrder } from '../domain/order';
import { PermanentError } from '../domain/errors';
import { askTemporal } from './askTemporal';
import type { ClientContext } from './context';

/** The signed order a run was started with, from the first event of its history: it needs no worker and no memo. */
export async function readInput(
  { client }: Pick<ClientContext, 'client'>,
  handle: WorkflowHandle,
): Promise<SignedOrder> {
  const history = await askTemporal(() => handle.fetchHistory());
  const payloads = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [order, signature] = await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads);
  if (typeof order !== 'object' || order === null || typeof signature !== 'string') {
    throw new PermanentError('BAD_REQUEST', `run ${handle.workflowId} was not started with a signed order`);
  }
  return { order, signature } as SignedOrder;
}
