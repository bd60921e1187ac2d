import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from './payloads/failureConverterPath';

/** Where the production bundle lies: built once, run by every worker, and replayed against every recorded history. */
export const bundlePath = join(__dirname, 'workflow-bundle.js');

/** The same workflows with failures that can be encrypted. What converts a failure is part of a bundle, and cannot be told to it later. */
export const encryptedBundlePath = join(__dirname, 'workflow-bundle-encrypted.js');

/** Builds the production workflow bundle, with its source map inside (stack traces in the Web UI need it). */
export async function bundleWorkflows(
  workflowsPath: string,
  options: { readonly failureConverterPath?: string } = {},
): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN'), ...options });
  return code;
}

async function main(): Promise<void> {
  const workflowsPath = require.resolve('./workflows');
  writeFileSync(bundlePath, await bundleWorkflows(workflowsPath));
  writeFileSync(encryptedBundlePath, await bundleWorkflows(workflowsPath, { failureConverterPath }));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
