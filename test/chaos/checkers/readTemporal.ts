import { WorkflowFailedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { chunk } from 'es-toolkit/array';
import type { RunFacts } from './world';

const atOnce = 20;

/** What Temporal itself holds of each id: its runs, the memo, and what the last run ended with. Ids it does not know are left out. */
export async function readTemporal(client: Client, settlementIds: readonly string[]): Promise<RunFacts[]> {
  const found: RunFacts[] = [];
  for (const some of chunk(settlementIds, atOnce)) {
    const asked = some.map((id) => readRun(client, id));
    found.push(...(await Promise.all(asked)).filter((run) => run !== null));
  }
  return found;
}

async function readRun(client: Client, settlementId: string): Promise<RunFacts | null> {
  const handle = client.workflow.getHandle(settlementId);
  try {
    const { runId, memo, status } = await handle.describe();
    const closed = status.name === 'COMPLETED' || status.name === 'FAILED';
    const fingerprint = memo?.fingerprint;
    return {
      settlementId,
      runId,
      fingerprint: typeof fingerprint === 'string' ? fingerprint : null,
      runStatus: status.name,
      record: closed ? await recordOf(() => handle.result()) : null,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** A run that failed carries its record in the failure's details. */
async function recordOf(result: () => Promise<unknown>): Promise<Record<string, unknown> | null> {
  try {
    return (await result()) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const record: unknown = error.cause instanceof ApplicationFailure ? error.cause.details?.[0] : null;
    return typeof record === 'object' ? (record as Record<string, unknown>) : null;
  }
}
