import { getAddress, type Address } from 'viem';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { loadKey } from '../config';
import { ConfigError, PermanentError } from '../domain/errors';
import { readSecretFile } from '../signers/readSecretFile';
import type { NamedAccount } from './readAccounts';
import { readHidden } from './readHidden';

export interface KeyOptions {
  /** A private key, or a keystore (V3). */
  readonly keyFile?: string;
  readonly passwordFile?: string;
}

/**
 * Who signs for the holder: the key in --key-file, a local account's, or one that a person types. Never from an argument or the
 * environment: others on the machine see those.
 * @throws PermanentError SIGNATURE_INVALID when there is no key, or it is another's; ConfigError CONFIG_INVALID that shows no key
 */
export async function holderSigner(
  holder: Address,
  accounts: readonly NamedAccount[],
  { keyFile, passwordFile }: KeyOptions,
): Promise<PrivateKeyAccount> {
  if (keyFile === undefined && passwordFile !== undefined) {
    throw new PermanentError('USAGE', '--password-file needs --key-file, the keystore that it opens');
  }
  const named = accounts.find(({ address }) => address === holder);
  if (keyFile === undefined && named) return named.account;
  const account = keyFile === undefined ? await typedAccount(holder) : await accountInFile(keyFile, passwordFile);
  if (getAddress(account.address) === getAddress(holder)) return account;
  throw new PermanentError('SIGNATURE_INVALID', `the key is ${account.address}'s, the holder is ${holder}`);
}

async function typedAccount(holder: Address): Promise<PrivateKeyAccount> {
  if (!process.stdin.isTTY) {
    throw new PermanentError('SIGNATURE_INVALID', `no key to sign with for ${holder}: give --key-file`);
  }
  return accountOf(await readHidden(`private key of ${holder} (not shown)`), 'what was typed');
}

async function accountInFile(file: string, passwordFile: string | undefined): Promise<PrivateKeyAccount> {
  const text = (await readSecretFile(file)).trim();
  if (!text.startsWith('{')) return loadKey(file, '--key-file');
  const password =
    passwordFile === undefined
      ? await readHidden(`password of ${file} (not shown)`)
      : await readSecretFile(passwordFile);
  const { decryptKeystore } = await import('../signers/decryptKeystore');
  return accountOf(await decryptKeystore(text, password), `--key-file ${file}`);
}

function accountOf(text: string, where: string): PrivateKeyAccount {
  try {
    const key = text.trim();
    if (/^0x[0-9a-fA-F]{64}$/.test(key)) return privateKeyToAccount(key as `0x${string}`);
  } catch {
    // Zero or beyond the curve's order; the library's message shows the number.
  }
  throw new ConfigError('CONFIG_INVALID', `${where} is not a private key (0x and 64 hex digits)`);
}
