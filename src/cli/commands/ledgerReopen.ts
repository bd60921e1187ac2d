import type { Command } from 'commander';
import type { Reopened } from '../../recovery/reopenLedger';
import { withLedger } from '../ledgerSession';
import { parseCount } from '../optionParsers';
import { printReport, progressTo } from '../printReport';
import { withExamples } from '../withExamples';

export function addLedgerReopen(ledgerCommand: Command): void {
  const reopen = ledgerCommand
    .command('reopen')
    .description(
      'after a restore or rebuild: list the keys of before, and once all are revoked on both chains let new ones sign',
    )
    .option('--blocks-per-read <n>', 'blocks of one eth_getLogs', parseCount, 2_000)
    .action(async ({ blocksPerRead }: { blocksPerRead: number }, command: Command) =>
      withLedger(command, async ({ ledger, output, openChains }) => {
        const { reopenLedger } = await import('../../recovery/reopenLedger');
        const options = { blocksPerRead, onProgress: progressTo(output) };
        const reopened = await reopenLedger({ ledger, chains: await openChains() }, options);
        printReport(reopened, linesOf(reopened), output);
        return reopened.opened ? 0 : 4;
      }),
    );
  withExamples(reopen, 'settle ledger reopen');
}

function linesOf({ epoch, opened, keys }: Reopened): readonly string[] {
  return [
    opened
      ? `epoch ${epoch} is open: no key of before may act, finally`
      : `epoch ${epoch} is closed. Revoke these keys, wait until that is final, grant new ones, and say it again:`,
    ...keys.map(({ chain, signer, may }) => `  ${chain} ${signer} may ${may.join(', ')}`),
  ];
}
