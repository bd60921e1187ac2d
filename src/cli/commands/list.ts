import type { Command } from 'commander';
import type { ListFilter } from '../../client/listSettlements';
import { parseCount, parseStatuses } from '../optionParsers';
import { printRecords } from '../printRecords';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

interface ListOptions extends ListFilter {
  readonly limit?: number;
}

export function addList(program: Command): void {
  const list = program
    .command('list')
    .description('settlements, newest first')
    .option('--status <names>', 'only these, by commas', parseStatuses)
    .option('--needs-operator', 'only those that wait for an operator')
    .option('--limit <count>', 'no more than so many', parseCount)
    .action(async ({ limit, ...filter }: ListOptions, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        await printRecords(config, upTo(limit ?? Infinity, client.list(filter)), output);
        return 0;
      }),
    );
  withExamples(list, 'settle list --limit 20', 'settle list --status burned,minting', 'settle list --needs-operator');
}

async function* upTo<T>(count: number, items: AsyncIterable<T>): AsyncIterable<T> {
  let given = 0;
  for await (const item of items) {
    yield item;
    given += 1;
    if (given === count) return;
  }
}
