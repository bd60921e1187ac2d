import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { Config, Environment } from './config';
import { ConfigError } from './domain/errors';

/** Base64 of where the sources lay when it was built: of the same code elsewhere it is another. */
const sourceMap = /^\/\/# sourceMappingURL=.*$/gm;
const releaseName = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Which build of which deployment a worker is of; null where the configuration names no deployment. A build nobody named is told from
 * the workflow bundle: the same code is the same build wherever it was built, and a worker can never claim another one's runs.
 * @throws ConfigError CONFIG_INVALID
 */
export function workerVersionOf(
  { temporal: { deployment } }: Pick<Config, 'temporal'>,
  { workerBuildId }: Pick<Environment, 'workerBuildId'>,
  bundlePath: string,
): WorkerDeploymentVersion | null {
  if (!deployment) return null;
  if (workerBuildId !== undefined && !releaseName.test(workerBuildId)) {
    throw new ConfigError('CONFIG_INVALID', 'WORKER_BUILD_ID: is letters, digits, - and _, at most 64');
  }
  return { deploymentName: deployment.name, buildId: workerBuildId ?? deployment.buildId ?? buildOf(bundlePath) };
}

function buildOf(bundlePath: string): string {
  if (!existsSync(bundlePath)) {
    throw new ConfigError(
      'CONFIG_INVALID',
      'config: temporal.deployment.buildId: name it, or build the workflow bundle',
    );
  }
  const code = readFileSync(bundlePath, 'utf8').replace(sourceMap, '');
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}
