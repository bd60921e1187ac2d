import type { Command } from 'commander';
import { addLedgerEpoch } from './ledgerEpoch';
import { addLedgerExport } from './ledgerExport';
import { addLedgerRebuild } from './ledgerRebuild';
import { addLedgerReopen } from './ledgerReopen';
import { addLedgerVerify } from './ledgerVerify';

export function addLedger(program: Command): void {
  const ledger = program.command('ledger').description("the operator's commands around the ledger's database");
  for (const add of [addLedgerVerify, addLedgerExport, addLedgerRebuild, addLedgerEpoch, addLedgerReopen]) add(ledger);
}
