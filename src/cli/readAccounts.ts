import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { z } from 'zod';
import { parseAddress } from '../domain/address';
import { ConfigError } from '../domain/errors';
import type { Address } from 'viem';

const accountsSchema = z.object({
  accounts: z.array(
    z.object({ name: z.string(), address: z.string(), privateKey: z.string().regex(/^0x[0-9a-fA-F]{64}$/) }),
  ),
});

export interface NamedAccount {
  readonly name: string;
  readonly address: Address;
  /** Local stack only: its demo accounts are everybody's. */
  readonly account: PrivateKeyAccount;
}

/** The named accounts of the local stack, from the stack.json beside the configuration; none where there is no local stack. */
export function readAccounts(configPath: string): readonly NamedAccount[] {
  const file = join(dirname(configPath), 'stack.json');
  if (!existsSync(file)) return [];
  try {
    return accountsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).accounts.map(({ name, privateKey }) => {
      const account = privateKeyToAccount(privateKey as `0x${string}`);
      return { name, address: account.address, account };
    });
  } catch {
    // What is wrong is not said: there are keys in it.
    throw new ConfigError('CONFIG_INVALID', `${file} is not what a local stack writes; npm start writes it anew`);
  }
}

/** An address, given as one or as the name of a local account. */
export function addressOf(text: string, accounts: readonly NamedAccount[], field: string): Address {
  return accounts.find(({ name }) => name === text)?.address ?? parseAddress(text, field);
}
