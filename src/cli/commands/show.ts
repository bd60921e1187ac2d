import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { exitCodeOf, withSession } from '../session';

export function addShow(program: Command): void {
  program
    .command('show <id>')
    .description('how a settlement stands; exits 3 when it failed, 4 when it needs an operator')
    .action(async (id: string, _options: object, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        const record = await client.get(parseSettlementId(id));
        printRecord(config, record, output);
        return exitCodeOf(record);
      }),
    );
}
