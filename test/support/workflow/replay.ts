import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { quietRuntime } from './testServer';

/** Where the recorder keeps one history of every scenario. A history's workflow id is its scenario's name. */
export const historiesDir = join(__dirname, '../../replay/histories');

export interface RecordedHistory {
  readonly name: string;
  /** As committed: JSON. */
  readonly text: string;
}

export function readHistories(): RecordedHistory[] {
  const files = readdirSync(historiesDir).filter((file) => file.endsWith('.json'));
  return files.map((file) => ({ name: basename(file, '.json'), text: readFileSync(join(historiesDir, file), 'utf8') }));
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
