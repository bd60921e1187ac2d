import { inspect } from 'node:util';
import type { Hex } from 'viem';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { ConfigError } from '../domain/errors';
import type { Signer } from './signer';

/**
 * A signer whose key lives in this process, where nothing but its own code can reach it.
 * @throws ConfigError CONFIG_INVALID that does not show what it was given
 */
export function createLocalSigner(privateKey: Hex): Signer {
  const account = accountOf(privateKey);
  const shown = `Signer(${account.address})`;
  const signer = {
    address: account.address,
    signTransaction: (request: Parameters<Signer['signTransaction']>[0]) => account.signTransaction(request),
  };
  Object.defineProperty(signer, inspect.custom, { value: () => shown });
  Object.defineProperty(signer, 'toJSON', { value: () => shown });
  return Object.freeze(signer);
}

function accountOf(privateKey: Hex): PrivateKeyAccount {
  try {
    if (/^0x[0-9a-f]{64}$/i.test(privateKey)) return privateKeyToAccount(privateKey);
  } catch {
    // Zero or beyond the curve's order; the library's message shows the number.
  }
  throw new ConfigError('CONFIG_INVALID', 'not a private key (0x and 64 hex digits, within the order of secp256k1)');
}
