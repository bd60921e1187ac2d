import type { Command } from 'commander';
import type { Rebuilt } from '../../recovery/rebuildLedger';
import { withLedger } from '../ledgerSession';
import { parseCount, parseReason } from '../optionParsers';
import { printReport, progressTo } from '../printReport';
import { withExamples } from '../withExamples';

/** What stands in no calldata, event or slot. */
const notOnChain = [
  'Settlements without a final burn: none is in the ledger now, and the same id started again is a new one.',
  'Why attempts were refunded, who cancelled or resolved and on what grounds, and when: see the histories in Temporal, and backups.',
  'Marks that no mint will be sent, and what was signed and is in no final block: so none of the mints of what has burned is sent any ' +
    'more. Such a settlement is found minted, or goes back by a tombstone.',
];

const next = [
  "Keep every worker stopped. Say 'settle ledger reopen': it lists every key that was ever given a role. Revoke on both chains what it " +
    'names, and wait until that is final: what they signed can land until then.',
  'Grant the roles to new keys, and configure them alone, with this database as ledger.databaseUrl. ' +
    "Say 'settle ledger reopen' again: until it has seen that no key of before may act, nothing is journaled and so nothing is sent.",
  "Start the workers, and run 'settle verify'.",
  "Runs from before take over what is theirs. What has no run any more goes on with 'settle retry ID', or when it is started again.",
];

interface RebuildOptions {
  readonly reason: string;
  readonly blocksPerRead: number;
}

/** Settlements of one database transaction. */
const settlementsPerPage = 100;

export function addLedgerRebuild(ledgerCommand: Command): void {
  const rebuild = ledgerCommand
    .command('rebuild')
    .description(
      'after losing the ledger: fill an empty one from calldata, events and slots of both chains; moves nothing',
    )
    .option('--reason <text>', 'kept in the ledger', parseReason, 'rebuilt from the chains')
    .option('--blocks-per-read <n>', 'blocks of one eth_getLogs', parseCount, 2_000)
    .action(async ({ reason, blocksPerRead }: RebuildOptions, command: Command) =>
      withLedger(command, async ({ ledger, output, databaseUrl, openChains }) => {
        const { migrateLedger } = await import('../../ledger/migrateLedger');
        const { rebuildLedger } = await import('../../recovery/rebuildLedger');
        const chains = await openChains();
        await migrateLedger(databaseUrl);
        const options = { reason, blocksPerRead, settlementsPerPage, onProgress: progressTo(output) };
        const rebuilt = await rebuildLedger({ ledger, chains }, options);
        printReport({ ...rebuilt, notOnChain, next }, linesOf(rebuilt), output);
        return rebuilt.findings.length === 0 ? 0 : 4;
      }),
    );
  withExamples(rebuild, 'settle ledger rebuild --reason "lost with its disk on 2026-11-22"');
}

function linesOf({ epoch, blocks, statuses, findings, signers }: Rebuilt): readonly string[] {
  const count = Object.values(statuses).reduce((sum, one) => sum + one, 0);
  const upTo = blocks.map(({ chain, upTo: block }) => `${chain} ${block}`).join(', ');
  return [
    `rebuilt ${count} settlements in epoch ${epoch}, from the gateways up to the final blocks (${upTo})`,
    ...Object.entries(statuses).map(([status, amount]) => `  ${status.padEnd(12)}  ${amount}`),
    ...(findings.length === 0 ? [] : ['for an operator:']),
    ...findings.map(({ settlementId, settlementKey, what }) => `  ${settlementId ?? settlementKey}: ${what}`),
    'what the chains do not tell:',
    ...notOnChain.map((line) => `  - ${line}`),
    'keys that signed:',
    ...signers.map(({ chain, signer, may, unknownNonces }) => {
      const rights = may.length === 0 ? 'may do nothing any more' : `may still ${may.join(', ')}`;
      const unknown = unknownNonces === 0 ? '' : `; ${unknownNonces} of its nonces the gateway tells nothing of`;
      return `  ${chain} ${signer} ${rights}${unknown}`;
    }),
    'next:',
    ...next.map((step, index) => `  ${index + 1}. ${step}`),
  ];
}
