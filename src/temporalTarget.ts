import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Config, Environment } from './config';

/**
 * Where Temporal is and which namespace: the environment (TEMPORAL_ADDRESS, an envconfig profile with TLS and API key) wins,
 * else the configuration file. The namespace comes from the same place as the address.
 */
export function temporalTarget(config: Config, env: Environment) {
  if (env.namesTemporal) {
    const { connectionOptions, namespace } = loadClientConnectConfig();
    return { connectionOptions, namespace: namespace ?? config.temporal.namespace };
  }
  return { connectionOptions: { address: config.temporal.address }, namespace: config.temporal.namespace };
}
