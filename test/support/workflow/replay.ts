import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { batchRunIdOf } from '../../../src/domain/batch';
import { quietRuntime } from './testServer';

/** Where the recorder keeps one history of every scenario. A history's workflow id is its scenario's name. */
export const historiesDir = join(__dirname, '../../replay/histories');
/** What went another way before a change: runs of it may be under way. Named NAME.N.json, by N in the order of the changes. */
export const earlierHistoriesDir = join(historiesDir, 'earlier');

/** Of the workflow that tells webhooks' receivers; named by its scenarios. */
export const webhookHistoriesDir = join(historiesDir, 'webhooks');

/** Of batches; named by their scenarios. */
export const batchHistoriesDir = join(historiesDir, 'batches');

export interface RecordedHistory {
  readonly name: string;
  /** As committed: JSON. */
  readonly text: string;
}

export function readHistories(): RecordedHistory[] {
  return readFolder(historiesDir).map(({ file, text }) => ({ name: basename(file, '.json'), text }));
}

export function readWebhookHistories(): RecordedHistory[] {
  return readFolder(webhookHistoriesDir).map(({ file, text }) => ({ name: basename(file, '.json'), text }));
}

export function readBatchHistories(): RecordedHistory[] {
  return readFolder(batchHistoriesDir).map(({ file, text }) => ({ name: batchRunIdOf(basename(file, '.json')), text }));
}

export function readEarlierHistories(): RecordedHistory[] {
  return readFolder(earlierHistoriesDir).map(({ file, text }) => ({ name: file.replace(/\.\d+\.json$/, ''), text }));
}

function readFolder(folder: string): { file: string; text: string }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

export interface ReplayFailure {
  readonly name: string;
  readonly kind: 'determinism' | 'other';
  readonly message: string;
}

/**
 * Replays histories on a bundle and returns those that it cannot follow. The SDK does not throw for them: it *yields* their
 * errors, and a loop that looks away finds every bundle sound.
 */
export async function findReplayFailures(
  workflowBundle: { code: string } | { codePath: string },
  histories: readonly RecordedHistory[],
): Promise<ReplayFailure[]> {
  quietRuntime();
  const replayable = histories.map(({ name, text }) => ({
    workflowId: name,
    history: historyFromJSON(JSON.parse(text)),
  }));
  const failures: ReplayFailure[] = [];
  const replayed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, replayable)) {
    replayed.push(workflowId);
    if (error === undefined) continue;
    const kind = error instanceof DeterminismViolationError ? 'determinism' : 'other';
    failures.push({ name: workflowId, kind, message: error.message });
  }
  if (replayed.length !== histories.length) throw new Error(`${replayed.length} of ${histories.length} were replayed`);
  return failures;
}
