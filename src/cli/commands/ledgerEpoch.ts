import type { Command } from 'commander';
import type { Config } from '../../config';
import type { JournalSigner } from '../../ledger/journalSigners';
import { withLedger } from '../ledgerSession';
import { parseReason } from '../optionParsers';
import { printReport } from '../printReport';
import { withExamples } from '../withExamples';

const next = [
  "Keep every worker stopped. Say 'settle ledger reopen': it lists every key that was ever given a role. Revoke on both chains what it " +
    'names, and wait until that is final: what they signed since the backup can land until then.',
  "Grant the roles to new keys, and configure them alone. Say 'settle ledger reopen' again: until it has seen that no key of before " +
    'may act, nothing is journaled and so nothing is sent.',
  "Start the workers, and run 'settle verify': it names what the backup does not know.",
  "Terminate each run that is held (LEDGER_BEHIND), then say 'settle retry ID'.",
];

export function addLedgerEpoch(ledgerCommand: Command): void {
  const epoch = ledgerCommand
    .command('epoch')
    .description(
      'after restoring a backup: begin a new epoch, so that what the older ledger does not know proves nothing',
    )
    .requiredOption('--reason <text>', 'which backup, of when; kept in the ledger', parseReason)
    .action(async ({ reason }: { reason: string }, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const epoch = await ledger.bumpEpoch(reason);
        const signers = (await ledger.journalSigners()).map(({ chainId, signer }) => ({
          chain: chainNameOf(config, chainId),
          signer,
        }));
        const lines = [
          `the ledger is in epoch ${epoch}: every lease has ended, no older settlement burns or mints`,
          'keys in the journal:',
          ...signers.map(({ chain, signer }) => `  ${chain} ${signer}`),
          'next:',
          ...next.map((step, index) => `  ${index + 1}. ${step}`),
        ];
        printReport({ epoch, reason, signers, next }, lines, output);
        return 0;
      }),
    );
  withExamples(epoch, 'settle ledger epoch --reason "restored the backup of 2026-11-22"');
}

function chainNameOf(config: Config, chainId: JournalSigner['chainId']): string {
  return config.chains.find((chain) => chain.chainId === chainId)?.name ?? String(chainId);
}
