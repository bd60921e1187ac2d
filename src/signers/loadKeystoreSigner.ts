import { createLocalSigner } from './createLocalSigner';
import { decryptKeystore } from './decryptKeystore';
import { readSecretFile } from './readSecretFile';
import type { Signer } from './signer';

/**
 * A signer from an encrypted keystore (V3) and the file with its password.
 * @throws ConfigError CONFIG_INVALID that shows neither key nor password
 */
export async function loadKeystoreSigner(file: string, passwordFile: string): Promise<Signer> {
  const [text, password] = await Promise.all([readSecretFile(file), readSecretFile(passwordFile)]);
  return createLocalSigner(await decryptKeystore(text, password));
}
