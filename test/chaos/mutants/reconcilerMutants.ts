import type { Mutant } from './mutant';

const folder = 'src/reconciliation';
const chain = `${folder}/reconcileChain.ts`;

export const reconcilerMutants: readonly Mutant[] = [
  {
    ...{ family: 'reconciler', name: 'does not adopt', trial: 'terminated-run', seenBy: ['I7'] },
    breaks: 'a settlement whose run was terminated is left alone',
    edits: [
      {
        file: `${folder}/adoptOrphans.ts`,
        find: 'if (await adopt(context, row)) adopted.push(settlementId);',
        replace: 'void adopt;',
      },
    ],
  },
  {
    ...{ family: 'reconciler', name: 'silent on a mint without a burn', trial: 'unpaid-mint', seenBy: ['trial'] },
    breaks: 'the two slots are not held against each other',
    edits: [
      {
        file: `${folder}/comparePair.ts`,
        find: "if (destination.state !== 'Minted') return null;",
        replace: "if (destination.state !== 'OtherOrder') return null;",
      },
    ],
  },
  {
    ...{ family: 'reconciler', name: 'does not pause', trial: 'unpaid-mint', seenBy: ['trial'] },
    breaks: 'what contradicts itself is told, and its route goes on',
    edits: [
      {
        file: `${folder}/tellFindings.ts`,
        find: "await context.ledger.pauseRoute(route, { reason, by: 'reconciliation' });",
        replace: 'void [route, reason];',
      },
    ],
  },
  {
    ...{ family: 'reconciler', name: 'marks before it has told', trial: 'unpaid-mint', seenBy: ['trial'] },
    breaks: 'blocks count as looked at before their findings are told: a receiver that is away loses them',
    edits: [
      {
        file: chain,
        find: 'await tellFindings(context, findings);\n  if (mark) await context.ledger.markReconciledBlock(chainId, mark);',
        replace:
          'if (mark) await context.ledger.markReconciledBlock(chainId, mark);\n  await tellFindings(context, findings);',
      },
    ],
  },
  {
    ...{ family: 'reconciler', name: "silent on a stranger's transaction", trial: 'foreign-nonces', seenBy: ['trial'] },
    breaks: 'nonces that no journal knows are not told',
    edits: [{ file: `${folder}/reconcileKeys.ts`, find: 'missing.length === 0', replace: 'missing.length >= 0' }],
  },
  {
    ...{ family: 'reconciler', name: 'silent on a wrong supply', trial: 'tampered-supply', seenBy: ['trial'] },
    breaks: 'what the supply is does not have to be what the logs make',
    edits: [
      {
        file: chain,
        find: 'if (expected !== null && expected !== actual)',
        replace: 'if (expected !== null && expected < 0n)',
      },
    ],
  },
];
