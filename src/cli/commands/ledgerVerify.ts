import type { Command } from 'commander';
import { withLedger } from '../ledgerSession';
import { printReport } from '../printReport';
import { verifiedLines, verifyLedger } from '../verifyLedger';
import { withExamples } from '../withExamples';

export function addLedgerVerify(ledgerCommand: Command): void {
  const verify = ledgerCommand
    .command('verify')
    .description(
      "see that nobody edited the ledger: every settlement's events, hash by hash; exits 1 at the first bad one",
    )
    .option('--seal-key-file <file>', "the key of the seals; unless given, the configuration's")
    .action(async ({ sealKeyFile }: { sealKeyFile?: string }, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const verified = await verifyLedger(ledger, sealKeyFile ?? config.seals?.keyFile);
        printReport(verified, verifiedLines(verified), output);
        return verified.ok ? 0 : 1;
      }),
    );
  withExamples(verify, 'settle ledger verify', 'settle ledger verify --seal-key-file seal.key -o json');
}
