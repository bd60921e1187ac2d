import type { Mutant } from './mutant';

const folder = 'src/ledger/migrations/0001';
const [events, journal, leases, settle, tables] = ['events', 'journal', 'leases', 'settle', 'tables'].map(
  (name) => `${folder}/${name}.ts`,
) as [string, string, string, string, string];
const holdLease = 'src/lanes/holdLease.ts';

const append = 'perform ledger.append_event(last.hash, new, last.seq + 1, old.status, new.status);';

export const ledgerMutants: readonly Mutant[] = [
  {
    ...{ family: 'ledger', name: 'illegal step', trial: 'plain', seenBy: ['I9'] },
    breaks:
      'a step is left out, and neither the function nor (second layer) the trigger knows the table of legal steps',
    edits: [
      { file: 'src/activities/mint.ts', find: "MINTING: ['MINTED', 'COMPLETED'],", replace: "MINTING: ['COMPLETED']," },
      {
        file: settle,
        find: "when stands or (step.target <> 'PROCESSING' and ledger.is_legal_transition(r.status, step.target)) then 'advanced'",
        replace: "when stands or step.target <> 'PROCESSING' then 'advanced'",
      },
      {
        file: events,
        find: 'if new.status <> old.status and not ledger.is_legal_transition(old.status, new.status) then',
        replace: 'if false then',
      },
    ],
  },
  {
    ...{ family: 'ledger', name: 'event is dropped', trial: 'plain', seenBy: ['I9'] },
    breaks: 'one kind of step leaves no event',
    edits: [{ file: events, find: append, replace: `if new.status <> 'BURNED' then ${append} end if;` }],
  },
  {
    ...{ family: 'ledger', name: 'hash over the wrong previous', trial: 'plain', seenBy: ['I9'] },
    breaks: 'every event is chained to the fingerprint, and not to the one before it',
    edits: [
      { file: events, find: append, replace: append.replace('last.hash', "decode(substr(new.fingerprint, 3), 'hex')") },
    ],
  },
  {
    ...{ family: 'ledger', name: 'stale fence is accepted', trial: 'zombie-worker', seenBy: ['I11'] },
    breaks: 'a flush is asked for no lease, and (second layer) a worker does not notice that it lost its own',
    edits: [
      {
        file: journal,
        find: 'where key = lane_key and holder = lane_holder and fence = lane_fence and expires_at > clock_timestamp() for update;',
        replace: 'where key = lane_key for update;',
      },
      {
        file: holdLease,
        find: "if (!(await ledger.extend(acquired, ttlMs))) return lose('it ran out');",
        replace: 'await ledger.extend(acquired, ttlMs);',
      },
      {
        file: holdLease,
        find: "if (Date.now() >= sureUntil) lose('it could not be extended in time');",
        replace: 'void sureUntil;',
      },
    ],
  },
  {
    ...{ family: 'ledger', name: 'fence does not grow', trial: 'zombie-worker', seenBy: ['I11'] },
    breaks: 'who takes a lease that ran out gets the fence of the one before',
    edits: [
      {
        file: leases,
        find: 'then l.fence else ledger.next_fence(l.fence) end,',
        replace: 'then l.fence else l.fence end,',
      },
    ],
  },
  {
    ...{ family: 'ledger', name: 'marked though a mint was journaled', trial: 'cancel-mint-in-pool', seenBy: ['I6'] },
    breaks: 'the mark "no mint of this attempt" is given unasked, and (second layer) the table lets both stand',
    edits: [
      { file: settle, find: 'if a.mint_journaled or exists (', replace: 'if false and exists (' },
      { file: tables, find: 'check (not (mint_journaled and no_mint_mark))', replace: 'check (true)' },
    ],
  },
  {
    ...{ family: 'ledger', name: 'nonce is handed out again', trial: 'plain', seenBy: ['I10 journal'] },
    breaks: 'the next nonce is the last one, and (second layer) the key of the table lets both in',
    edits: [
      {
        file: journal,
        find: 'nonce := greatest(least_nonce, 1 + coalesce((',
        replace: 'nonce := greatest(least_nonce, 0 + coalesce((',
      },
      { file: tables, find: 'primary key (chain_id, signer, nonce, replacement)', replace: 'check (true)' },
    ],
  },
  {
    ...{ family: 'ledger', name: 'journal loses operations', trial: 'plain', seenBy: ['I10 journal'] },
    breaks: 'of a batch only the first operation is journaled',
    edits: [
      {
        file: journal,
        find: 'from jsonb_array_elements(operations) with ordinality as given (e, n);',
        replace: 'from jsonb_array_elements(operations) with ordinality as given (e, n) where n = 1;',
      },
    ],
  },
];
