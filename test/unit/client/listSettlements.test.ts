import { WorkflowNotFoundError } from '@temporalio/client';
import { listSettlements } from '../../../src/client/listSettlements';
import type { ClientContext } from '../../../src/client/context';

/** A server on which the given runs are listed, and those that are gone are not there any more when they are read. */
function contextWith(listed: readonly string[], gone: ReadonlySet<string>): ClientContext {
  async function* list() {
    for (const workflowId of listed) yield { workflowId };
  }
  const getHandle = (workflowId: string) => ({
    workflowId,
    describe: async () => {
      if (gone.has(workflowId)) throw new WorkflowNotFoundError('not found', workflowId, undefined);
      return { status: { name: 'COMPLETED' } };
    },
    result: async () => ({ settlementId: workflowId, sourceChain: '1', destinationChain: '2' }),
  });
  return {
    client: { workflow: { list, getHandle } },
    config: { chains: [] },
    chains: [],
    ledger: { find: async () => undefined, findClaim: async () => null },
  } as unknown as ClientContext;
}

async function idsOf(context: ClientContext): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { settlementId } of listSettlements(context)) ids.push(settlementId);
  return ids;
}

describe('the list of settlements', () => {
  it('has one line an id, however many runs it took', async () => {
    expect(await idsOf(contextWith(['one', 'two', 'one'], new Set()))).toEqual(['one', 'two']);
  });

  it('does without those whose run Temporal deletes while they are listed', async () => {
    expect(await idsOf(contextWith(['one', 'gone', 'two'], new Set(['gone'])))).toEqual(['one', 'two']);
  });
});
