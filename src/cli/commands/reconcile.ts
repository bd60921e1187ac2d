import type { Command } from 'commander';
import type { ReconciliationReport } from '../../domain/reconciliation';
import { printReport } from '../printReport';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

export function addReconcile(program: Command): void {
  const reconcile = program
    .command('reconcile')
    .description('have a worker hold chains, ledger and Temporal against each other now, and take up what lost its run')
    .action(async (_: object, command: Command) =>
      withSession(command, async ({ client, output }) => {
        const report = await client.reconcile();
        printReport(report, linesOf(report), output);
        return report.findingCount === 0 ? 0 : 4;
      }),
    );
  withExamples(reconcile, 'settle reconcile');
}

function linesOf({ looked, adopted, findingCount, findings }: ReconciliationReport): readonly string[] {
  const { reconcileChain, reconcileRows, reconcileKeys, adoptOrphans } = looked;
  return [
    `new since the last look: ${reconcileChain} operations on chain, ${reconcileRows} settlements in the ledger; ${reconcileKeys} keys`,
    `quiet settlements: ${adoptOrphans}, taken up again: ${adopted}`,
    findingCount === 0 ? 'nothing contradicts itself' : `${findingCount} findings:`,
    ...findings.map(({ kind, settlementId, chain, what }) => `  ${kind}: ${settlementId ?? chain ?? ''}: ${what}`),
  ];
}
