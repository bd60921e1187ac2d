import { Client, Connection } from '@temporalio/client';
import { askTemporal } from '../../client/askTemporal';
import { dataConverterOf } from '../../payloads/dataConverterOf';
import { temporalTarget } from '../../temporalTarget';
import type { Patient } from './check';

/** The doctor's own connection, opened once, by whoever asks first. */
export interface TemporalLink {
  /** @throws TransientError TEMPORAL_UNAVAILABLE; ConfigError CONFIG_INVALID */
  open(): Promise<Client>;
  close(): Promise<void>;
}

export function createTemporalLink({ config, env }: Patient): TemporalLink {
  let opened: Promise<Client> | null = null;
  const connect = async (): Promise<Client> => {
    const { connectionOptions, namespace } = temporalTarget(config, env);
    const dataConverter = dataConverterOf(config);
    const connection = await askTemporal(() => Connection.connect(connectionOptions));
    return new Client({ connection, namespace, dataConverter });
  };
  return {
    open: () => (opened ??= connect()),
    async close() {
      const client = await Promise.race([opened?.catch(() => null), Promise.resolve(null)]);
      await client?.connection.close();
    },
  };
}
