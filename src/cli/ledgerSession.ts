import type { Command } from 'commander';
import type { Chain } from '../chains/chain';
import { databaseUrlOf, loadConfig, readEnvironment, type Config } from '../config';
import type { Ledger } from '../ledger/createLedger';
import type { GlobalOptions, Output } from './session';

/** What an operator's command around the ledger works with. It needs no Temporal. */
export interface LedgerSession {
  readonly config: Config;
  readonly output: Output;
  /** With a password in it: never shown. */
  readonly databaseUrl: string;
  readonly ledger: Ledger;
  /** The configured chains, each seen to be what the configuration says. @throws ConfigError CHAIN_MISMATCH */
  readonly openChains: () => Promise<readonly Chain[]>;
}

/** Runs a command's work on the ledger and closes what it opened, however it ends. */
export async function withLedger(command: Command, work: (session: LedgerSession) => Promise<number>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = loadConfig(options.config);
  const databaseUrl = databaseUrlOf(config, readEnvironment());
  const { createLedger } = await import('../ledger/createLedger');
  const ledger = createLedger({ databaseUrl });
  try {
    options.exit(
      await work({ config, output: options.output, databaseUrl, ledger, openChains: () => openChains(config) }),
    );
  } finally {
    await ledger.close();
  }
}

async function openChains(config: Config): Promise<readonly Chain[]> {
  const [{ createChain }, { verifyChain }] = await Promise.all([
    import('../chains/chain'),
    import('../chains/verifyChain'),
  ]);
  const chains = config.chains.map(createChain);
  // No keys: these commands send nothing.
  await Promise.all(chains.map((chain) => verifyChain(chain, chains, { settler: [], refunder: [], reverser: [] })));
  return chains;
}
