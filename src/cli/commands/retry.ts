import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { exitCodeOf, withSession } from '../session';

export function addRetry(program: Command): void {
  program
    .command('retry <id>')
    .description('try a failed settlement again, or tell one that compensates to go forward')
    .option('--request-id <id>', 'your own id of this request: a repeat with it is the same request')
    .option('--wait', 'stay until it is settled, failed or refunded')
    .action(async (id: string, options: { requestId?: string; wait?: boolean }, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        const settlementId = parseSettlementId(id);
        const asked = await client.retry(settlementId, options.requestId);
        const record = options.wait ? await client.result(settlementId) : asked;
        printRecord(config, record, output);
        return options.wait ? exitCodeOf(record) : 0;
      }),
    );
}
