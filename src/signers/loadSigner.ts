import { ConfigError } from '../domain/errors';
import { createLocalSigner } from './createLocalSigner';
import { loadKeystoreSigner } from './loadKeystoreSigner';
import { readSecretFile } from './readSecretFile';
import type { Signer } from './signer';

/** What the configuration says of one key. */
export interface KeyFiles {
  /** A private key (0x and 64 hex digits), or, with a password file, a keystore. */
  readonly file: string;
  readonly passwordFile?: string | undefined;
}

/**
 * The signer a configuration names, raw or in a keystore.
 * @throws ConfigError CONFIG_INVALID that names the field and never shows what a file holds
 */
export async function loadSigner({ file, passwordFile }: KeyFiles, field: string): Promise<Signer> {
  try {
    if (passwordFile !== undefined) return await loadKeystoreSigner(file, passwordFile);
    const text = (await readSecretFile(file)).trim();
    if (text.startsWith('{')) throw new ConfigError('CONFIG_INVALID', 'a keystore needs its password file');
    return createLocalSigner(text as `0x${string}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError('CONFIG_INVALID', `config: ${field}: ${error.message}`);
  }
}
