import type { Command } from 'commander';
import type { ExportPeriod } from '../../ledger/exportEvents';
import { withLedger } from '../ledgerSession';
import { parseMoment } from '../optionParsers';
import { printLine } from '../printLine';
import { progressTo } from '../printReport';
import { withExamples } from '../withExamples';

export function addLedgerExport(ledgerCommand: Command): void {
  const exporting = ledgerCommand
    .command('export')
    .description(
      'for an audit: every event of a period with its hash and that of the event before it, a JSON line each; changes nothing',
    )
    .option(
      '--from <time>',
      'the first moment, as 2026-11-01 or 2026-11-01T00:00:00Z (default: the first event)',
      parseMoment,
    )
    .option('--to <time>', 'the end, itself not in it (default: now)', parseMoment)
    .action(async ({ from = null, to = null }: Partial<ExportPeriod>, command: Command) =>
      withLedger(command, async ({ ledger, output }) => {
        let events = 0;
        for await (const event of ledger.exportEvents({ from, to })) {
          await printLine(JSON.stringify(event));
          events += 1;
        }
        progressTo(output)(`${events} events`);
        return 0;
      }),
    );
  withExamples(exporting, 'settle ledger export --from 2026-10-01 --to 2026-11-01 > october.jsonl');
}
