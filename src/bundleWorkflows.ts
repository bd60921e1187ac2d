import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Where the production bundle lies: built once, run by every worker, and replayed against every recorded history. */
export const bundlePath = join(__dirname, 'workflow-bundle.js');

/** Builds the production workflow bundle, with its source map inside (stack traces in the Web UI need it). */
export async function bundleWorkflows(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  return code;
}

if (require.main === module) {
  bundleWorkflows(require.resolve('./workflows')).then(
    (code) => writeFileSync(bundlePath, code),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
