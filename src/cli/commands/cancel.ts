import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

export function addCancel(program: Command): void {
  const cancel = program
    .command('cancel')
    .argument('<id>', 'settlement id', (id) => parseSettlementId(id))
    .description(
      'ask for a settlement not to happen; once burned, the holder gets the tokens back unless the mint is quicker',
    )
    .action(async (id: string, _options: object, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        printRecord(config, await client.cancel(id), output);
        return 0;
      }),
    );
  withExamples(cancel, 'settle cancel rent-2026-11');
}
