import type { Command } from 'commander';
import type { SettlementClient } from '../client/createSettlementClient';
import { loadConfig, type Config } from '../config';
import type { SettlementRecord } from '../domain/record';
import { terminalOf, type Terminal } from './terminalOf';

export type Output = 'text' | 'json' | 'jsonl';

/** What a command works with: the parsed configuration, a client that is closed for it, and where its exit code goes. */
export interface Session {
  readonly config: Config;
  readonly configPath: string;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly client: SettlementClient;
}

export interface GlobalOptions {
  readonly output: Output;
  readonly config: string;
  /** False after --no-color. */
  readonly color: boolean;
  readonly exit: (code: number) => void;
}

/** Runs a command's work and closes what it opened, however it ends. */
export async function withSession(command: Command, work: (session: Session) => Promise<number>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = loadConfig(options.config);
  // Temporal's client and the ledger are most of what there is to load: not for a word that is refused before.
  const { createSettlementClient } = await import('../client/createSettlementClient');
  const client = await createSettlementClient(config);
  try {
    options.exit(
      await work({ config, configPath: options.config, output: options.output, terminal: terminalOf(options), client }),
    );
  } finally {
    await client.close();
  }
}

/** 0 settled, 3 failed or refunded, 4 needs an operator. A settlement on its way is no failure. */
export function exitCodeOf(record: SettlementRecord): number {
  if (record.needsOperator) return 4;
  return record.status === 'FAILED' ? 3 : 0;
}
