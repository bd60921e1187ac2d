import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Address, Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

/** The addresses of every key that a worker's configuration names, the files under whatever field that ends in Keys. */
export function readLaneSigners(configPath: string): readonly Address[] {
  const files = keyFilesIn(JSON.parse(readFileSync(configPath, 'utf8')));
  const addresses = files.map((file) => {
    const key = readFileSync(resolve(dirname(configPath), file), 'utf8').trim();
    return privateKeyToAccount(key as Hex).address;
  });
  return [...new Set(addresses)];
}

/** Every key file that a configuration names. */
export function keyFilesIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([field, value]: [string, unknown]) => {
    if (!field.endsWith('Keys')) return keyFilesIn(value);
    return (value as readonly { readonly file: string }[]).map(({ file }) => file);
  });
}
