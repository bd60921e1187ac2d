import { loadClientConnectConfig } from '@temporalio/envconfig';
import { awaitTemporal } from './awaitTemporal';
import { ensureSearchAttributes } from './ensureSearchAttributes';

/**
 * The server that the environment names: seen to serve, and with our search attributes.
 * @throws TransientError TEMPORAL_UNAVAILABLE, ConfigError CONFIG_INVALID
 */
export async function externalTemporal(): Promise<{ address: string; namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await awaitTemporal({ connectionOptions, namespace, timeoutMs: 10_000 });
  try {
    await ensureSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
  return { address: connectionOptions.address ?? 'localhost:7233', namespace };
}
