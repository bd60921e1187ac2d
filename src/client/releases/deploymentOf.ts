import { ConfigError } from '../../domain/errors';
import type { ClientContext } from '../context';

export interface Deployment {
  readonly namespace: string;
  readonly deploymentName: string;
}

/** The Worker Deployment that the configuration names. @throws ConfigError CONFIG_INVALID when it names none */
export function deploymentOf({ client, config }: Pick<ClientContext, 'client' | 'config'>): Deployment {
  const { deployment } = config.temporal;
  if (deployment) return { namespace: client.options.namespace, deploymentName: deployment.name };
  throw new ConfigError('CONFIG_INVALID', 'config: temporal.deployment is missing: its workers are of no release');
}
