import type { Command } from 'commander';
import { printRecords } from '../printRecords';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

export function addList(program: Command): void {
  const list = program
    .command('list')
    .description('all settlements, newest first')
    .action(async (_options: object, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        await printRecords(config, client.list(), output);
        return 0;
      }),
    );
  withExamples(list, 'settle list', "settle list -o jsonl | jq -r 'select(.needsOperator) | .settlementId'");
}
