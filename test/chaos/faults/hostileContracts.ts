import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Abi, Hex } from 'viem';
import { projectRoot } from '../../../src/local/projectRoot';

interface Compiled {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

let compiled: Promise<Readonly<Record<'HostileWallet' | 'HostileToken', Compiled>>> | undefined;

/** The Foundry tests' own contracts, compiled once: the compiler takes seconds, and holds up whoever runs it. */
export function hostileContracts(): NonNullable<typeof compiled> {
  return (compiled ??= compileThem());
}

async function compileThem() {
  const script = join(projectRoot(), 'test', 'chaos', 'faults', 'printHostile.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout) as Readonly<Record<'HostileWallet' | 'HostileToken', Compiled>>;
}
