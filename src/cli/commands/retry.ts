import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { parseRequestId } from '../optionParsers';
import { printRecord } from '../printRecords';
import { withSession } from '../session';
import { waitFor } from '../waitFor';
import { withExamples } from '../withExamples';

interface RetryOptions {
  readonly requestId?: string;
  readonly wait?: boolean;
}

export function addRetry(program: Command): void {
  const retry = program
    .command('retry')
    .argument('<id>', 'settlement id', (id) => parseSettlementId(id))
    .description('try a failed settlement again, or tell one that compensates to go forward')
    .option('--request-id <id>', 'your own id of this request: a repeat with it is the same request', parseRequestId)
    .option('--wait', 'stay until it is settled, failed or refunded')
    .action(async (id: string, { requestId, wait }: RetryOptions, command: Command) =>
      withSession(command, async (session) => {
        const record = await session.client.retry(id, requestId);
        if (wait) return waitFor(session, id);
        printRecord(session.config, record, session.output);
        return 0;
      }),
    );
  withExamples(retry, 'settle retry rent-2026-11 --wait', 'settle retry rent-2026-11 --request-id ticket-17');
}
