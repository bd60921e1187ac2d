import { Option, type Command } from 'commander';
import { resolutionActions, type Resolution } from '../../domain/messages';
import { parseSettlementId } from '../../domain/settlementId';
import { printRecord } from '../printRecords';
import { withSession } from '../session';

export function addResolve(program: Command): void {
  program
    .command('resolve <id>')
    .description('an operator decides on a settlement that cannot go on alone; no action can move money twice')
    .addOption(
      new Option('--action <action>', 'retry: forward; refund: back; complete: look again')
        .choices(resolutionActions)
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', 'who decides; kept in the history')
    .requiredOption('--evidence <text>', 'on what grounds; kept in the history')
    .action(async (id: string, resolution: Resolution, command: Command) =>
      withSession(command, async ({ client, config, output }) => {
        const { action, by, evidence } = resolution;
        printRecord(config, await client.resolve(parseSettlementId(id), { action, by, evidence }), output);
        return 0;
      }),
    );
}
