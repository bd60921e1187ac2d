import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { withSession } from '../session';

export function addCancel(program: Command): void {
  program
    .command('cancel <id>')
    .description(
      'ask for a settlement not to happen; once burned, the holder gets the tokens back unless the mint is quicker',
    )
    .action(async (id: string, _options: object, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        printRecord(config, await client.cancel(parseSettlementId(id)), output);
        return 0;
      }),
    );
}
