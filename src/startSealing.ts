import type { Logger } from 'pino';
import type { Config } from './config';
import { ConfigError } from './domain/errors';
import { keepRepeating, type Repeating } from './keepRepeating';
import type { Ledger } from './ledger/createLedger';
import { readSecretFile } from './signers/readSecretFile';

/**
 * Has the ledger's events sealed as the configuration says; null where it says nothing of seals. Every worker may: one of them does
 * at a time.
 * @throws ConfigError CONFIG_INVALID that does not show the key
 */
export async function startSealing({ seals }: Config, ledger: Ledger, log: Logger): Promise<Repeating | null> {
  if (!seals) return null;
  const key = await readSecretFile(seals.keyFile);
  if (key.trim() === '') throw new ConfigError('CONFIG_INVALID', `config: seals.keyFile: ${seals.keyFile} is empty`);
  return keepRepeating(() => ledger.sealEvents(key), {
    everyMs: seals.everyMs,
    onTrouble: (error) => log.warn({ err: error }, 'events were not sealed; tried again'),
  });
}
