import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflows } from '../../src/bundleWorkflows';
import { webhookWorkflowType } from '../../src/domain/webhook';
import { startTemporalServer, type TemporalServer } from '../../src/local/temporalServer';
import { expectPath } from '../support/workflow/expectPath';
import { createHarness } from '../support/workflow/harness';
import {
  batchHistoriesDir,
  earlierHistoriesDir,
  historiesDir,
  readHistories,
  webhookHistoriesDir,
} from '../support/workflow/replay';
import { batchScenarios } from '../support/workflow/batchScenarios';
import { playBatch } from '../support/workflow/playBatch';
import { playScenario } from '../support/workflow/scenario';
import { scenarios } from '../support/workflow/scenarios';
import { webhookRequest, webhookScenarios } from '../support/workflow/webhookScenarios';

/**
 * Keeps one history of every scenario for the replay tests. A history that goes the same way as the committed one is left
 * alone, so that a diff shows the paths that changed and no others; `--all` writes every one anew.
 */
const writeAll = process.env.REPLAY_RECORD_ALL === '1';
const say = (line: string): void => void process.stderr.write(`${line}\n`);

let server: TemporalServer;
const folder = mkdtempSync(join(tmpdir(), 'replay-record-'));
beforeAll(async () => {
  server = await startTemporalServer({ say });
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, await bundleWorkflows(require.resolve('../../src/workflows')));
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  process.env.TEST_WORKFLOW_BUNDLE = bundle;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('record a history of every scenario', async () => {
  const harness = await createHarness({ taskQueue: 'settlements' });
  const committed = new Map(readHistories().map(({ name, text }) => [name, text]));
  const counts = { kept: 0, changed: 0, new: 0, removed: 0 };
  mkdirSync(historiesDir, { recursive: true });
  try {
    for (const scenario of scenarios) {
      const { name } = scenario;
      const played = await playScenario(harness, scenario, name);
      await expectPath(played);
      const text = toCommittable(played.history);
      const before = committed.get(name);
      committed.delete(name);
      const sameWay = before !== undefined && wayOf(before) === wayOf(text);
      const what = before === undefined ? 'new' : sameWay ? 'kept' : 'changed';
      if (what === 'changed') keepEarlier(name, before);
      if (!sameWay || writeAll) writeFileSync(fileOf(name), text);
      counts[what] += 1;
      say(`${what.padEnd(8)}${name} (${played.history.events?.length ?? 0} events)`);
    }
  } finally {
    await harness.close();
  }
  for (const name of committed.keys()) {
    rmSync(fileOf(name));
    counts.removed += 1;
    say(`removed ${name}`);
  }
  say(
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
  );
});

test('record a history of every way that telling a receiver can go', async () => {
  mkdirSync(webhookHistoriesDir, { recursive: true });
  for (const { name, activities } of webhookScenarios) {
    const file = join(webhookHistoriesDir, `${name}.json`);
    const harness = await createHarness({ worker: { activities: activities() } });
    try {
      const workflowId = `webhook:${name}`;
      const options = { workflowId, taskQueue: harness.taskQueue, args: [webhookRequest] };
      const handle = await harness.client.workflow.start(webhookWorkflowType, options);
      await handle.result().catch(() => undefined);
      const text = toCommittable(await handle.fetchHistory());
      const sameWay = existsSync(file) && wayOf(readFileSync(file, 'utf8')) === wayOf(text);
      if (!sameWay || writeAll) writeFileSync(file, text);
      say(`${sameWay ? 'kept' : 'written'.padEnd(8)}webhooks/${name}`);
    } finally {
      await harness.close();
    }
  }
});

test('record a history of every way that a batch can go', async () => {
  mkdirSync(batchHistoriesDir, { recursive: true });
  for (const scenario of batchScenarios) {
    const file = join(batchHistoriesDir, `${scenario.name}.json`);
    const { history } = await playBatch(scenario);
    const text = toCommittable(history);
    const sameWay = existsSync(file) && wayOf(readFileSync(file, 'utf8')) === wayOf(text);
    if (!sameWay || writeAll) writeFileSync(file, text);
    say(`${sameWay ? 'kept' : 'written'.padEnd(8)}batches/${scenario.name}`);
  }
});

function fileOf(name: string): string {
  return join(historiesDir, `${name}.json`);
}

/** Stacks name this machine's folders and change with every line that is added; a replay does not look at them. */
function toCommittable(history: History): string {
  const withoutStacks: unknown = JSON.parse(historyToJSON(history), (key, value: unknown) =>
    key === 'stackTrace' ? '' : value,
  );
  return `${JSON.stringify(withoutStacks, null, 1)}\n`;
}

const chance = /_WORKFLOW_TASK_|_ACTIVITY_TASK_(STARTED|COMPLETED|FAILED|TIMED_OUT|CANCELED)$|_TIMER_FIRED$/;

interface EventJson {
  readonly eventType: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType?: { readonly name?: string } };
  readonly timerStartedEventAttributes?: { readonly startToFireTimeout?: string };
}

/** Runs that went this way may be under way: the bundle must be able to follow them until a release drops them by hand. */
function keepEarlier(name: string, text = ''): void {
  mkdirSync(earlierHistoriesDir, { recursive: true });
  const count = readdirSync(earlierHistoriesDir).filter((file) => file.startsWith(`${name}.`)).length;
  writeFileSync(join(earlierHistoriesDir, `${name}.${count + 1}.json`), text);
}

/** What the workflow decided and was asked, in order. When its activities' answers came in between is chance. */
function wayOf(text: string): string {
  const { events } = JSON.parse(text) as { events: EventJson[] };
  const decisive = events.filter(({ eventType }) => !chance.test(eventType));
  return decisive
    .map((event) => {
      const activity = event.activityTaskScheduledEventAttributes?.activityType?.name ?? '';
      return `${event.eventType} ${activity}${event.timerStartedEventAttributes?.startToFireTimeout ?? ''}`;
    })
    .join('\n');
}
