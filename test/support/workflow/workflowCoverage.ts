import { bundleWorkflowCode, DefaultLogger, type WorkerOptions } from '@temporalio/worker';
import { WorkflowCoverage } from '@temporalio/nyc-test-coverage';
import { quietRuntime } from './testServer';

/**
 * Workflow code runs in a sandbox of its own, out of a bundle, where jest's counters do not reach. Under `--coverage` the tests
 * run a bundle with counters in it and bring the counts home; without `--coverage` all of this does nothing.
 */
const workflowCoverage = new WorkflowCoverage();

/** The code of the instrumented bundle, or null when coverage is not asked for. */
export async function coveredBundle(): Promise<string | null> {
  if (!('__coverage__' in globalThis)) return null;
  quietRuntime();
  const options = { workflowsPath: require.resolve('../../../src/workflows'), logger: new DefaultLogger('WARN') };
  return (await bundleWorkflowCode(workflowCoverage.augmentBundleOptions(options))).code;
}

type WithBundle = Parameters<WorkflowCoverage['augmentWorkerOptionsWithBundle']>[0];

export function coveredWorkerOptions(options: WithBundle): WorkerOptions {
  return workflowCoverage.augmentWorkerOptionsWithBundle(options);
}

export function mergeWorkflowCoverage(): void {
  workflowCoverage.mergeIntoGlobalCoverage();
  // It leaves objects of its own class there, which neither jest nor its own next merge can read; as plain data they can.
  const counts = globalThis as { __coverage__?: unknown };
  if (counts.__coverage__ !== undefined) counts.__coverage__ = JSON.parse(JSON.stringify(counts.__coverage__));
}
