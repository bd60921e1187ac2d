import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Canary } from './checkers/world';
import { keyFilesIn } from './laneSigners';

interface SecretsJson {
  readonly ledger?: { readonly databaseUrl: string };
  readonly seals?: { readonly keyFile: string };
  readonly alerts?: { readonly routingKeyFile: string };
}

/**
 * Writes secrets that stand nowhere else where a configuration has its seal key and its routing key, and names every secret that it
 * leads to. Before workers start: they read them then.
 */
export function plantCanaries(configPath: string): readonly Canary[] {
  const json = JSON.parse(readFileSync(configPath, 'utf8')) as SecretsJson;
  const fileAt = (file: string): string => resolve(dirname(configPath), file);
  for (const file of [json.seals?.keyFile, json.alerts?.routingKeyFile]) {
    if (file !== undefined) writeFileSync(fileAt(file), `canary-${randomBytes(12).toString('hex')}\n`);
  }
  const files = [...new Set([...keyFilesIn(json), json.seals?.keyFile, json.alerts?.routingKeyFile])];
  const password = json.ledger && decodeURIComponent(new URL(json.ledger.databaseUrl).password);
  return [
    ...files.flatMap((file) =>
      file === undefined ? [] : [{ name: file, value: readFileSync(fileAt(file), 'utf8').trim() }],
    ),
    ...(password === undefined ? [] : [{ name: "the ledger's password", value: password }]),
  ];
}
