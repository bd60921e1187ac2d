import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { chunk } from 'es-toolkit/array';
import type { RunFacts } from './world';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** One run's history, as Temporal holds it. */
export interface RunHistory {
  readonly workflowId: string;
  readonly runId: string;
  readonly isClosed: boolean;
  readonly history: History;
}

export interface HistoriesWanted {
  readonly taskQueue: string;
  /** Runs that were read before, closed: they do not change. */
  readonly known: ReadonlySet<string>;
  readonly most: number;
  /** Runs that are known to be there: the server lists the latest a moment late. */
  readonly also: readonly RunFacts[];
}

export interface HistoriesRead {
  readonly histories: readonly RunHistory[];
  /** How many runs there were that had not been read before. */
  readonly of: number;
}

const atOnce = 10;

/** The histories of a task queue's runs, of every workflow and of every run of an id, the newest first. */
export async function readHistories(client: Client, wanted: HistoriesWanted): Promise<HistoriesRead> {
  const all = await listRuns(client, wanted);
  const runs = [...all.values()].filter(({ runId }) => !wanted.known.has(runId));
  const histories: RunHistory[] = [];
  const asked = runs.slice(0, wanted.most);
  for (const some of chunk(asked, atOnce)) {
    const read = some.map(async (run) => {
      const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
      return { ...run, history };
    });
    // One that was deleted meanwhile has no history any more; that is counted.
    for (const one of await Promise.allSettled(read)) if (one.status === 'fulfilled') histories.push(one.value);
  }
  return { histories, of: runs.length };
}

async function listRuns(client: Client, { taskQueue, also }: HistoriesWanted) {
  const isClosed = (status: string): boolean => status !== 'RUNNING';
  const runs = new Map<string, Omit<RunHistory, 'history'>>();
  for await (const { workflowId, runId, status } of client.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
    runs.set(runId, { workflowId, runId, isClosed: isClosed(status.name) });
  }
  for (const { settlementId, runId, runStatus } of also) {
    runs.set(runId, { workflowId: settlementId, runId, isClosed: isClosed(runStatus) });
  }
  return runs;
}

/** A history as text, with what its payloads say: in the JSON they stand encoded. */
export function textOfHistory(history: History): string {
  const json = historyToJSON(history);
  const payloads: string[] = [];
  JSON.parse(json, (key, value: unknown) => {
    if (key === 'data' && typeof value === 'string') payloads.push(Buffer.from(value, 'base64').toString());
    return value;
  });
  return `${json}\n${payloads.join('\n')}`;
}
