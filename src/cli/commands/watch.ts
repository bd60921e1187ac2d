import type { Command } from 'commander';
import { parseSettlementId } from '../../domain/settlementId';
import { withSession } from '../session';
import { watchSettlement } from '../watch/watchSettlement';
import { withExamples } from '../withExamples';

export function addWatch(program: Command): void {
  const watch = program
    .command('watch')
    .argument('<id>', 'settlement id', (id) => parseSettlementId(id))
    .description('follow one settlement, step by step, until it is settled, failed or refunded')
    .option('--until-operator', 'also end, with 4, when it needs an operator; else it is watched on')
    .action(async (id: string, { untilOperator }: { untilOperator?: boolean }, command: Command) =>
      withSession(command, (session) => watchSettlement(session, id, { untilOperator: untilOperator === true })),
    );
  withExamples(
    watch,
    'settle watch rent-2026-11',
    'settle watch rent-2026-11 --until-operator -o jsonl    # a line for each change; exits 0, 3 or 4',
  );
}
