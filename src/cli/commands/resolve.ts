import { Option, type Command } from 'commander';
import { resolutionActions, type Resolution } from '../../domain/messages';
import { parseSettlementId } from '../../domain/settlementId';
import { parseReason } from '../optionParsers';
import { printRecord } from '../printRecords';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

export function addResolve(program: Command): void {
  const resolve = program
    .command('resolve')
    .argument('<id>', 'settlement id', (id) => parseSettlementId(id))
    .description('an operator decides on a settlement that cannot go on alone; no action can move money twice')
    .addOption(
      new Option('--action <action>', 'retry: forward; refund: back; complete: look again')
        .choices(resolutionActions)
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', 'who decides; kept in the ledger', parseReason)
    .requiredOption('--evidence <text>', 'on what grounds; kept in the ledger', parseReason)
    .action(async (id: string, resolution: Resolution, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        const { action, by, evidence } = resolution;
        printRecord(config, await client.resolve(id, { action, by, evidence }), output);
        return 0;
      }),
    );
  withExamples(
    resolve,
    "settle resolve rent-2026-11 --action refund --by olga --evidence 'ticket 17: the recipient stays frozen'",
  );
}
