import { WorkflowNotFoundError } from '@temporalio/client';
import { listSettlements, type ListContext, type ListFilter } from '../../../src/client/listSettlements';
import { TransientError } from '../../../src/domain/errors';
import type { SettlementRecord } from '../../../src/domain/record';
import type { SettlementStatus } from '../../../src/domain/status';

/** A server on which the given runs are listed; some of them are deleted, or cannot be read, when their turn comes. */
function contextWith(
  listed: readonly string[],
  { gone = [], broken = [], entered = null }: { gone?: string[]; broken?: string[]; entered?: string[] | null } = {},
): ListContext {
  async function* list() {
    for (const workflowId of listed) yield { workflowId };
  }
  const getHandle = (workflowId: string) => ({
    workflowId,
    describe: async () => {
      if (gone.includes(workflowId)) throw new WorkflowNotFoundError('not found', workflowId, undefined);
      if (broken.includes(workflowId)) throw new TransientError('TEMPORAL_UNAVAILABLE', workflowId);
      return { status: { name: 'COMPLETED' } };
    },
    result: async () => recordOf(workflowId),
  });
  // Two a page, so that there are pages.
  const search: NonNullable<ListContext['ledger']>['search'] = async ({ before = 1_000n, status }) => {
    const rows = (entered ?? []).map((id, n) => ({ record: recordOf(id), position: BigInt(900 - n) }));
    const left = rows.filter(({ record, position }) => position < before && (status?.includes(record.status) ?? true));
    const page = left.slice(0, 2);
    return { records: page.map(({ record }) => record), next: left.length > 2 ? (page[1]?.position ?? null) : null };
  };
  const ledger = {
    find: async () => undefined,
    findClaim: async () => null,
    findMany: async (ids: readonly string[]) =>
      ids.filter((id) => entered?.includes(id)).map((id) => ({ record: recordOf(id) })),
    search,
  };
  return {
    client: { workflow: { list, getHandle } },
    config: { chains: [], temporal: { taskQueue: 'queue' } },
    chains: [],
    ledger: entered && ledger,
  } as unknown as ListContext;
}

/** An id tells its status. */
function recordOf(settlementId: string) {
  const status: SettlementStatus = settlementId.startsWith('failed') ? 'FAILED' : 'COMPLETED';
  return { settlementId, sourceChain: '1', destinationChain: '2', status, needsOperator: false } as SettlementRecord;
}

async function idsOf(context: ListContext, filter: ListFilter = {}, ids: string[] = []): Promise<readonly string[]> {
  for await (const { settlementId } of listSettlements(context, filter)) ids.push(settlementId);
  return ids;
}

describe('the list of settlements', () => {
  it('has one line an id, however many runs it took', async () => {
    expect(await idsOf(contextWith(['one', 'two', 'one']))).toEqual(['one', 'two']);
  });

  it('does without those whose run Temporal deletes while they are listed', async () => {
    expect(await idsOf(contextWith(['one', 'gone', 'two'], { gone: ['gone'] }))).toEqual(['one', 'two']);
  });

  it("is the ledger's, page by page, after the runs that have not come to it", async () => {
    const context = contextWith(['e', 'new', 'd'], { entered: ['e', 'd', 'c', 'b', 'a'] });
    expect(await idsOf(context)).toEqual(['new', 'e', 'd', 'c', 'b', 'a']);
  });

  it('names one that enters the ledger meanwhile once', async () => {
    const context = contextWith(['late'], { entered: ['late', 'a'] });
    const findMany = async () => [];
    expect(await idsOf({ ...context, ledger: context.ledger && { ...context.ledger, findMany } })).toEqual([
      'late',
      'a',
    ]);
  });

  it('has only what is asked for, of both', async () => {
    const context = contextWith(['failed-1', 'one'], { entered: ['two', 'failed-2', 'three', 'failed-3'] });
    expect(await idsOf(context, { status: ['FAILED'] })).toEqual(['failed-1', 'failed-2', 'failed-3']);
    expect(await idsOf(contextWith(['one']), { needsOperator: true })).toEqual([]);
  });

  it('tells of one that cannot be read after all the others', async () => {
    const ids: string[] = [];
    const context = contextWith(['one', 'broken'], { broken: ['broken'], entered: ['two'] });
    await expect(idsOf(context, {}, ids)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    expect(ids).toEqual(['one', 'two']);
  });
});
