import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { PayloadsConfig } from '../config';
import { ConfigError } from '../domain/errors';

export interface PayloadKey {
  /** Stands beside every payload that it encrypted, for all to read. */
  readonly id: string;
  readonly key: Buffer;
}

/** @throws ConfigError CONFIG_INVALID that names the field and never shows what a file holds */
export function loadPayloadKeys({ keyFiles }: PayloadsConfig): [PayloadKey, ...PayloadKey[]] {
  const keys = keyFiles.map(({ id, file }, index) => ({ id, key: loadKey(file, `payloads.keyFiles.${index}.file`) }));
  return keys as [PayloadKey, ...PayloadKey[]]; // the schema wants one at least
}

function loadKey(file: string, field: string): Buffer {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    // A key pasted where its file's path belongs must not be shown either.
    const why = /[A-Za-z0-9_-]{43}/.test(basename(file))
      ? 'looks like a key; name a file that holds it'
      : `cannot read ${file}`;
    throw new ConfigError('CONFIG_INVALID', `config: ${field}: ${why}`);
  }
  const key = parseKey(text);
  if (key) return key;
  const wanted = '32 bytes as hex or base64';
  throw new ConfigError('CONFIG_INVALID', `config: ${field}: ${file} does not hold a key (${wanted})`);
}

function parseKey(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  return null;
}
