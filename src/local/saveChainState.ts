import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { rpcCall } from './rpcCall';

const unzip = promisify(gunzip);

/** Saves a running anvil's state so that a kill at any moment leaves either the old file or the new one, whole. */
export async function saveChainState(rpcUrl: string, statePath: string): Promise<void> {
  const dump = await rpcCall<string>(rpcUrl, 'anvil_dumpState', [false]);
  const json = await unzip(Buffer.from(dump.slice(2), 'hex'));
  const file = openSync(`${statePath}.tmp`, 'w');
  try {
    for (let written = 0; written < json.length;) written += writeSync(file, json, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${statePath}.tmp`, statePath);
}
