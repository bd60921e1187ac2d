import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { exitCodeOf, withSession } from '../session';
import { withExamples } from '../withExamples';

export function addShow(program: Command): void {
  const show = program
    .command('show')
    .argument('<id>', 'settlement id', (id) => parseSettlementId(id))
    .description('how a settlement stands; exits 3 when it failed, 4 when it needs an operator')
    .action(async (id: string, _options: object, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        const record = await client.get(id);
        printRecord(config, record, output);
        return exitCodeOf(record);
      }),
    );
  withExamples(show, 'settle show rent-2026-11', 'settle show rent-2026-11 -o json | jq -r .status');
}
