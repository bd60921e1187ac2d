import type { WorkflowHandle } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
import type { ErrorCode } from '../../../src/domain/errorCodes';
import type { Harness } from './harness';
import type { Step } from './mockActivities';
import { startRun, type Ended, type SettlementRun, type StartOptions } from './settlementRun';

/**
 * One path through the saga: what the mocked activities do, what is asked meanwhile, and what must come of it. The workflow
 * tests play every scenario, and `npm run replay:record` keeps a history of each for the replay tests.
 */
export interface Scenario {
  /** Names its history's file and its settlement ids. */
  readonly name: string;
  readonly tells: string;
  /** Made anew for each time it is played: what is held back is held back once. */
  readonly play: () => Play;
}

export interface Play extends StartOptions {
  /** What happens while it runs. */
  readonly drive?: (run: SettlementRun) => Promise<void>;
  readonly expected: Expected;
}

export interface Expected {
  /** Null where the run ends before there is a record. */
  readonly status: 'COMPLETED' | 'FAILED' | null;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly compensated?: boolean;
  readonly attempt?: number;
  /** Burns that were asked again after a cancel and must broadcast nothing. */
  readonly withholds?: number;
  /** Every execution of every mocked activity, in order. */
  readonly steps: readonly Step[];
  /** The statuses gone through and what was noted with them, as the Web UI shows them. */
  readonly story: readonly string[];
  /** Search attributes that were written by the workflow; each costs the server a write. */
  readonly upserts?: number;
}

/** What was played, and how it ended. */
export interface Played {
  readonly run: SettlementRun;
  readonly expected: Expected;
  readonly ended: Ended;
  readonly story: readonly string[];
  readonly history: History;
}

export async function playScenario(harness: Harness, scenario: Scenario, settlementId: string): Promise<Played> {
  const { drive, expected, ...start } = scenario.play();
  const run = await startRun(harness, settlementId, start);
  await drive?.(run);
  const ended = await run.end();
  const history = await run.handle.fetchHistory();
  return { run, expected, ended, story: storyIn(await readCurrentDetails(run.handle)), history };
}

/** The text that a worker serves for the Web UI's page of the run. */
export async function readCurrentDetails(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}

/** The steps of a run's details, without times and hashes. */
export function storyIn(details: string): string[] {
  const lines = details.split('\n').filter((line) => line.startsWith('- '));
  return lines.map((line) => line.replace(/^- \S+ /, '').replace(/ \(0x.*\)$/, ''));
}

export function countEvents(history: History, attributes: string): number {
  return (history.events ?? []).filter((event) => Object.hasOwn(event, attributes)).length;
}
