import { checkers } from '.';
import { needsHistories, needsLedger } from './checker';
import { eventHash } from './eventHash';
import { keyOf } from './gatewayAbi';
import { smallWorld, type Draft } from './smallWorld';
import type { ChainFacts, LedgerFacts, World } from './world';

/** One way to break the world, which checker must see it, and in which words. */
interface Breakage {
  readonly how: string;
  readonly seenBy: string;
  readonly says: RegExp;
  readonly breakIt: (world: BrokenWorld) => void;
}

interface BrokenWorld {
  readonly world: Draft<World>;
  readonly alder: Draft<ChainFacts>;
  readonly birch: Draft<ChainFacts>;
  readonly ledger: Draft<LedgerFacts>;
}

const at = <T>(items: readonly T[], index: number): T => {
  const item = items.at(index);
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
};
/** The n-th of a chain's applied operations again, later, in a transaction of its own, without moving tokens. */
const applyAgain = (facts: Draft<ChainFacts>, index: number, change: Partial<Draft<ChainFacts>['applied'][0]> = {}) => {
  const last = at(facts.applied, -1);
  facts.applied.push({ ...at(facts.applied, index), position: last.position + 1, ...change });
};
const rehash = (events: Draft<LedgerFacts>['events']): void => {
  for (const event of events) event.hash = eventHash(event);
};

/** Ways to write a key, or a routing key. */
const leaks: readonly (readonly [how: string, spell: (key: string, routing: string) => string])[] = [
  ['as it is', (key) => key],
  ['without 0x', (key) => key.slice(2)],
  ['in capitals', (key) => key.slice(2).toUpperCase()],
  ['in base64', (key) => Buffer.from(key).toString('base64')],
  ['its bytes in base64', (key) => Buffer.from(key.slice(2), 'hex').toString('base64')],
  ['in the middle of base64', (_, routing) => Buffer.from(`ab${routing}cd`).toString('base64')],
  ['in base64 one further', (_, routing) => Buffer.from(`a${routing}cd`).toString('base64')],
  ['in base64url', (_, routing) => Buffer.from(routing).toString('base64url')],
  ['that is no hex', (_, routing) => routing],
  ['in a URL', (_, routing) => encodeURIComponent(routing)],
  ['as bytea shows it', (_, routing) => `\\x${Buffer.from(routing).toString('hex')}`],
];

// alder: Burn straight, Burn bent(0), Refund bent(0), Burn bent(1); birch: Mint straight, CancelMint bent(0), Mint bent(1)
const breakages: readonly Breakage[] = [
  {
    ...{ how: 'a mint that gives one more', seenBy: 'I1', says: /created 1 \+ in flight 0/ },
    breakIt: ({ birch }) => void (at(birch.transfers, 1).value += 1n),
  },
  {
    ...{
      how: 'a mint to somebody else than its operation says',
      seenBy: 'I1',
      says: /operations say \[.*\], its Transfer/,
    },
    breakIt: ({ birch, alder }) => void (at(birch.transfers, 1).to = alder.chain.gateway),
  },
  {
    ...{ how: 'supply that no log explains', seenBy: 'I1', says: /supply is 1101/ },
    breakIt: ({ birch }) => void (birch.totalSupply += 1n),
  },
  {
    ...{ how: 'more out than in', seenBy: 'I1', says: /70 more came out than went in/ },
    breakIt: ({ birch }) => {
      applyAgain(birch, 0);
      birch.transfers.push(at(birch.transfers, 1));
    },
  },
  {
    ...{ how: 'a second mint', seenBy: 'I2', says: /straight: minted 2 times/ },
    breakIt: ({ birch }) => applyAgain(birch, 0),
  },
  {
    ...{ how: 'a second mint in a later attempt', seenBy: 'I2', says: /straight: minted 2 times/ },
    breakIt: ({ birch }) => applyAgain(birch, 0, { attempt: 1 }),
  },
  {
    ...{
      how: 'a mint of an attempt that has a tombstone',
      seenBy: 'I2',
      says: /minted attempt 0 with a tombstone of attempt 0/,
    },
    breakIt: ({ birch }) => void (at(birch.applied, 2).attempt = 0),
  },
  {
    ...{ how: 'a tombstone on what was minted', seenBy: 'I2', says: /straight: minted attempt 0 with a tombstone/ },
    breakIt: ({ birch }) => applyAgain(birch, 0, { kind: 3 }),
  },
  {
    ...{ how: 'a mint without a burn', seenBy: 'I2', says: /straight: minted without a burn/ },
    breakIt: ({ alder }) => void alder.applied.shift(),
  },
  {
    ...{ how: 'a second burn', seenBy: 'I3', says: /straight attempt 0: burned 2 times/ },
    breakIt: ({ alder }) => applyAgain(alder, 0),
  },
  {
    ...{ how: 'a second refund', seenBy: 'I3', says: /bent attempt 0: refunded 2 times/ },
    breakIt: ({ alder }) => applyAgain(alder, 2),
  },
  {
    ...{ how: 'a refund before its burn', seenBy: 'I3', says: /bent attempt 0: refunded without a burn before it/ },
    breakIt: ({ alder }) => void (at(alder.applied, 2).position = 1),
  },
  {
    ...{
      how: 'a next attempt while the last was not refunded',
      seenBy: 'I3',
      says: /bent attempt 1: burned again before attempt 0/,
    },
    breakIt: ({ alder }) => void alder.applied.splice(2, 1),
  },
  {
    ...{ how: 'minted and refunded', seenBy: 'I4', says: /straight attempt 0: minted and refunded/ },
    breakIt: ({ alder }) => applyAgain(alder, 0, { kind: 1 }),
  },
  {
    ...{ how: 'a mint of another amount', seenBy: 'I5', says: /straight Mint attempt 0: 71, the first operation 70/ },
    breakIt: ({ birch }) => void (at(birch.applied, 0).amount = 71n),
  },
  {
    ...{ how: 'a mint to another recipient', seenBy: 'I5', says: /straight Mint attempt 0: went to or came from/ },
    breakIt: ({ birch, alder }) => void (at(birch.applied, 0).account = alder.chain.gateway),
  },
  {
    ...{ how: 'a mint under another order hash', seenBy: 'I5', says: /another order hash/ },
    breakIt: ({ birch }) => void (at(birch.applied, 0).fingerprint = keyOf('x')),
  },
  {
    ...{
      how: 'an order hash that is not of the order',
      seenBy: 'I5',
      says: /not the digest of the order in the calldata/,
    },
    breakIt: ({ world }) => {
      for (const { applied } of world.chains) for (const one of applied) one.fingerprint = keyOf('x');
    },
  },
  {
    ...{ how: 'an event that no calldata asked for', seenBy: 'I5', says: /calldata holds no operation/ },
    breakIt: ({ birch }) => void (at(birch.applied, 0).order = null),
  },
  {
    ...{ how: 'a burn on the destination', seenBy: 'I5', says: /happened on chain 2, not 1/ },
    breakIt: ({ alder }) => void (at(alder.applied, 0).chainId = 2),
  },
  {
    ...{ how: 'a mint before the burn is final', seenBy: 'I6', says: /straight attempt 0: the mint stood while/ },
    // The mint is in block 6, the burn in block 3 and final with block 4.
    breakIt: ({ world }) =>
      void world.headSamples.push([
        { chainId: 2, head: 6 },
        { chainId: 1, head: 3 },
      ]),
  },
  {
    ...{
      how: 'a refund before its tombstone is final',
      seenBy: 'I6',
      says: /bent attempt 0: refunded, and nothing proves/,
    },
    // The tombstone is in block 12 and final with block 13, the refund in block 15.
    breakIt: ({ world }) =>
      void world.headSamples.push([
        { chainId: 1, head: 15 },
        { chainId: 2, head: 12 },
      ]),
  },
  {
    ...{ how: 'a refund without a tombstone', seenBy: 'I6', says: /bent attempt 0: refunded, and nothing proves/ },
    breakIt: ({ birch }) => void birch.applied.splice(1, 1),
  },
  {
    ...{
      how: 'a burn that nobody signed',
      seenBy: 'I5',
      says: /straight Burn attempt 0: the signature .* not the holder/,
    },
    breakIt: ({ alder }) => void (at(alder.applied, 0).isSigned = false),
  },
  {
    ...{
      how: 'a burn told before it is final',
      seenBy: 'I6 told',
      says: /straight attempt 0: was BURNED while its Burn/,
    },
    breakIt: ({ world }) => void (at(at(world.toldSamples, 0).heads, 0).head = 3),
  },
  {
    ...{
      how: 'a mint told before it is final',
      seenBy: 'I6 told',
      says: /straight attempt 0: was COMPLETED while its Mint/,
    },
    breakIt: ({ world }) => void (at(at(world.toldSamples, 1).heads, 1).head = 6),
  },
  {
    ...{
      how: 'a refund told before it is final',
      seenBy: 'I6 told',
      says: /bent attempt 0: was FAILED while its Refund/,
    },
    breakIt: ({ world }) => void (at(at(world.toldSamples, 3).heads, 0).head = 15),
  },
  {
    ...{ how: 'a nonce that was handed out twice', seenBy: 'I10 journal', says: /nonce 0: was handed out 2 times/ },
    breakIt: ({ ledger }) =>
      void ledger.transactions.push({ ...at(ledger.transactions, 0), hash: `0x${'ab'.repeat(32)}` }),
  },
  {
    ...{ how: 'a row whose bytes are of another nonce', seenBy: 'I10 journal', says: /bytes are signed on nonce 0/ },
    breakIt: ({ ledger }) => {
      const row = ledger.transactions.find(({ nonce }) => nonce > 0);
      if (row) row.signedNonce = 0;
    },
  },
  {
    ...{ how: 'a run that hangs', seenBy: 'I7', says: /straight: its run is RUNNING/ },
    breakIt: ({ world }) => void (at(world.runs ?? [], 0).runStatus = 'RUNNING'),
  },
  {
    ...{ how: 'a row that hangs', seenBy: 'I7', says: /bent: is MINTING in the ledger/ },
    breakIt: ({ ledger }) => void (at(ledger.settlements, 1).status = 'MINTING'),
  },
  {
    ...{ how: 'a call for an operator', seenBy: 'I7', says: /straight: waits for an operator/ },
    breakIt: ({ world }) => void (at(world.runs ?? [], 0).record = { status: 'FAILED', needsOperator: true }),
  },
  {
    ...{ how: 'a settlement the ledger has lost', seenBy: 'I8', says: /bent: on chain, not in the ledger/ },
    breakIt: ({ ledger }) => void ledger.settlements.pop(),
  },
  {
    ...{
      how: 'a settlement that no chain knows',
      seenBy: 'I8',
      says: /ghost: COMPLETED, and nothing of it is on chain/,
    },
    breakIt: ({ ledger }) =>
      void ledger.settlements.push({
        ...at(ledger.settlements, 0),
        settlementId: 'ghost',
        settlementKey: keyOf('ghost'),
      }),
  },
  ...(
    [
      ['status', 'BURNED', /BURNED while the slots are Burned and Minted/],
      ['attempt', 2, /attempt is 2 in the ledger, 0 on chain/],
      ['amount', '71', /amount is 71 in the ledger, 70 on chain/],
      ['recipient', '0xsomebody', /recipient is 0xsomebody/],
      ['fingerprint', keyOf('x'), /fingerprint is 0x/],
      ['burnTxHash', keyOf('x'), /burnTxHash is 0x/],
      ['mintTxHash', null, /mintTxHash is null in the ledger/],
      ['refundTxHash', keyOf('x'), /refundTxHash is 0x.* in the ledger, null on chain/],
    ] as const
  ).map(([field, value, says]): Breakage => ({
    ...{ how: `another ${field} in the ledger`, seenBy: 'I8', says },
    breakIt: ({ ledger }) => void Object.assign(at(ledger.settlements, 0), { [field]: value }),
  })),
  {
    ...{
      how: 'a slot that its events do not make',
      seenBy: 'I8',
      says: /source slot says Refunded\(0\), its events make Burned\(0\)/,
    },
    breakIt: ({ alder }) => void Object.assign(alder.slots.get(keyOf('straight')) ?? {}, { state: 'Refunded' }),
  },
  {
    ...{ how: "another order's slot", seenBy: 'I8', says: /destination slot holds another order/ },
    breakIt: ({ birch }) => void Object.assign(birch.slots.get(keyOf('straight')) ?? {}, { orderHash: '0x00' }),
  },
  {
    ...{ how: 'a dropped event', seenBy: 'I9', says: /straight seq 4: follows seq 2/ },
    breakIt: ({ ledger }) => void ledger.events.splice(2, 1),
  },
  {
    ...{ how: 'an edited event', seenBy: 'I9', says: /straight seq 3: its hash is not that of what it says/ },
    breakIt: ({ ledger }) => void (at(ledger.events, 2).factsText = '{"amount":"1"}'),
  },
  {
    ...{ how: 'an edited event with its hash made anew', seenBy: 'I9', says: /straight seq 4: does not hold the hash/ },
    breakIt: ({ ledger }) => {
      at(ledger.events, 2).factsText = '{"amount":"1"}';
      rehash(ledger.events);
    },
  },
  {
    ...{ how: 'an illegal step', seenBy: 'I9', says: /straight seq 7: MINTED to BURNED is not legal/ },
    breakIt: ({ ledger }) => {
      at(ledger.events, 6).toStatus = 'BURNED';
      rehash(ledger.events);
    },
  },
  {
    ...{
      how: 'a last event that was cut off',
      seenBy: 'I9',
      says: /bent: is COMPLETED \(attempt 1\), its events end at MINTED \(attempt 1\)/,
    },
    breakIt: ({ ledger }) => void ledger.events.pop(),
  },
  {
    ...{
      how: 'a row edited behind its events',
      seenBy: 'I9',
      says: /straight: mintTxHash is null, its last event says/,
    },
    breakIt: ({ ledger }) => void (at(ledger.settlements, 0).mintTxHash = null),
  },
  {
    ...{ how: 'a chain begun for another order', seenBy: 'I9', says: /straight seq 1: does not hold the hash/ },
    breakIt: ({ ledger }) => void (at(ledger.events, 0).previousHash = keyOf('x')),
  },
  {
    ...{ how: 'events of nothing', seenBy: 'I9', says: /straight: has events and no row/ },
    breakIt: ({ ledger }) => void ledger.settlements.shift(),
  },
  {
    ...{ how: 'a skipped nonce', seenBy: 'I10 nonces', says: /alder .*: nonces 1 to 1 are missing/ },
    breakIt: ({ alder }) => void alder.transactions.splice(1, 1),
  },
  {
    ...{ how: 'a nonce used twice', seenBy: 'I10 nonces', says: /nonce 0 is canonical twice/ },
    breakIt: ({ alder }) => void alder.transactions.splice(1, 0, at(alder.transactions, 0)),
  },
  {
    ...{ how: 'a transaction that was never journaled', seenBy: 'I10 journal', says: /not in the journal/ },
    breakIt: ({ ledger }) => void ledger.transactions.shift(),
  },
  {
    ...{ how: 'other bytes in the journal', seenBy: 'I10 journal', says: /the journal holds other bytes/ },
    breakIt: ({ ledger }) => void (at(ledger.transactions, 0).raw = '0x1234'),
  },
  {
    ...{
      how: 'journaling after the broadcast',
      seenBy: 'I10 journal',
      says: /journaled 2000 ms after its block's time/,
    },
    breakIt: ({ alder, ledger }) =>
      void (at(ledger.transactions, 0).createdAtMs = at(alder.transactions, 0).timestampSeconds * 1_000 + 2_000),
  },
  {
    ...{
      how: 'other operations in the journal than in the calldata',
      seenBy: 'I10 journal',
      says: /its calldata is \[Burn\(0\)/,
    },
    breakIt: ({ ledger }) => void (at(at(ledger.transactions, 0).operations, 0).attempt = 3),
  },
  {
    ...{ how: 'a fence that shrank', seenBy: 'I11', says: /lane: fence 1 was seen after 3/ },
    breakIt: ({ world }) => void world.leaseSamples.unshift({ key: 'lane', holder: 'worker-0', fence: 3 }),
  },
  {
    ...{ how: 'one fence for two holders', seenBy: 'I11', says: /fence 1 was held by worker-1 and by worker-2/ },
    breakIt: ({ world }) => void world.leaseSamples.push({ key: 'lane', holder: 'worker-2', fence: 1 }),
  },
  {
    ...{ how: 'a stale fence accepted', seenBy: 'I11', says: /nonce 2 was journaled under fence 1 after fence 5/ },
    breakIt: ({ ledger }) => {
      const lane = ledger.transactions.filter(({ chainId, signer }) => {
        const first = at(ledger.transactions, 0);
        return chainId === first.chainId && signer === first.signer;
      });
      at(lane, 1).laneFence = 5;
      at(lane, 2).laneFence = 1;
    },
  },
  {
    ...{ how: 'a step by a superseded run', seenBy: 'I11', says: /straight seq 4: written under fence 0 after 1/ },
    breakIt: ({ ledger }) => void (at(ledger.events, 3).factsText = '{"fence":0}'),
  },
  {
    ...{
      how: 'a start that is nowhere',
      seenBy: 'I12',
      says: /straight: was acknowledged and Temporal does not know it/,
    },
    breakIt: ({ world }) => void world.runs?.shift(),
  },
  {
    ...{
      how: 'a start that the ledger does not know',
      seenBy: 'I12',
      says: /straight: was acknowledged and the ledger/,
    },
    breakIt: ({ ledger }) => void ledger.settlements.shift(),
  },
  {
    ...{
      how: 'a run that ended otherwise than its row',
      seenBy: 'I12',
      says: /its run ended COMPLETED, the ledger says FAILED/,
    },
    breakIt: ({ ledger }) => void (at(ledger.settlements, 0).status = 'FAILED'),
  },
  {
    ...{
      how: 'an order of a batch that nobody knows',
      seenBy: 'I12',
      says: /nowhere: was acknowledged in a batch and the/,
    },
    breakIt: ({ world }) => void (world.batched = new Map([['nowhere', world.starts[0]?.fingerprint ?? '0x']])),
  },
  {
    ...{
      how: 'an order of a batch that another stands for',
      seenBy: 'I12',
      says: /straight: was acknowledged in a batch, and/,
    },
    breakIt: ({ world }) => void (world.batched = new Map([['straight', '0x']])),
  },
  {
    ...{ how: 'two different answers', seenBy: 'I12', says: /straight: answers differ in amount/ },
    breakIt: ({ world }) => void (at(world.starts, 1).record.amount = '71'),
  },
  {
    ...{
      how: "a stranger's transaction that the journal claims",
      seenBy: 'I10 journal',
      says: /the journal claims it/,
    },
    breakIt: ({ world, alder }) => void world.foreignHashes.add(at(alder.transactions, 0).hash),
  },
  {
    ...{ how: 'a terminated run that nobody terminated', seenBy: 'I7', says: /straight: its run is TERMINATED/ },
    breakIt: ({ world }) => void (at(world.runs ?? [], 0).runStatus = 'TERMINATED'),
  },
  {
    ...{ how: 'two runs of one id', seenBy: 'I12', says: /straight: answers name several runs/ },
    breakIt: ({ world }) => void (at(world.starts, 1).runId = 'another'),
  },
  {
    ...{ how: 'two starts that both created it', seenBy: 'I12', says: /straight: 2 starts were told/ },
    breakIt: ({ world }) => void (at(world.starts, 1).created = true),
  },
  {
    ...{ how: 'a history that does not replay', seenBy: 'I13', says: /straight \(run r1\): Nondeterminism/ },
    breakIt: ({ world }) =>
      void world.replays?.failures.push({ workflowId: 'straight', runId: 'r1', message: 'Nondeterminism error' }),
  },
  ...leaks.map(([how, spell]) => ({
    ...{ how: `a secret ${how}`, seenBy: 'I14', says: /(settler\.key|routing key) stands in a log/ },
    breakIt: ({ world }: BrokenWorld) => {
      const [key, routing] = world.secrets?.canaries ?? [];
      Object.assign(world.secrets?.places[0] ?? {}, { text: `so ${spell(key?.value ?? '', routing?.value ?? '')}!` });
    },
  })),
  {
    ...{ how: 'a secret that is too short to be looked for', seenBy: 'I14', says: /pin is too short/ },
    breakIt: ({ world }) => void world.secrets?.canaries.push({ name: 'pin', value: '1234' }),
  },
];

function findingsOf(invariant: string, world: World): readonly string[] {
  const checker = checkers.find((one) => one.invariant === invariant);
  if (!checker) throw new Error(`no checker ${invariant}`);
  const found = checker.check(world);
  if (typeof found === 'string') throw new Error(`${invariant} ${found}`);
  return found;
}

test('nothing is found in a world in which all is well', () => {
  const world = smallWorld();
  for (const { invariant } of checkers)
    expect({ invariant, found: findingsOf(invariant, world) }).toEqual({ invariant, found: [] });
});

test('what is seen in an order that proves nothing is no finding', () => {
  const world = smallWorld();
  // The source was looked at first: by the time of the second look it may have been anywhere.
  world.headSamples.push([
    { chainId: 1, head: 3 },
    { chainId: 2, head: 6 },
  ]);
  expect(findingsOf('I6', world)).toEqual([]);
});

/** `bent` as it is after its refund. */
function refundedWorld(): { readonly world: Draft<World>; readonly bent: Draft<LedgerFacts>['settlements'][0] } {
  const world = smallWorld();
  for (const { applied, slots } of world.chains) {
    applied.pop();
    Object.assign(slots.get(keyOf('bent')) ?? {}, { state: applied.length > 2 ? 'Refunded' : 'Cancelled', attempt: 0 });
  }
  const bent = at(world.ledger?.settlements ?? [], 1);
  Object.assign(bent, { burnTxHash: null, mintTxHash: null, refundTxHash: null });
  return { world, bent };
}

test('a settlement that failed again, before the burn of its next attempt, is no finding', () => {
  const { world, bent } = refundedWorld();
  Object.assign(bent, { status: 'FAILED', attempt: 1, compensated: false });
  expect(findingsOf('I8', world)).toEqual([]);
});

test('one that denies its refund is', () => {
  const { world, bent } = refundedWorld();
  Object.assign(bent, { status: 'FAILED', attempt: 0, compensated: false });
  expect(findingsOf('I8', world).join()).toContain('attempt is 0 in the ledger, 1 on chain');
});

test.each(breakages)('$seenBy sees $how', ({ seenBy, says, breakIt }) => {
  const world = smallWorld();
  const [alder, birch] = world.chains;
  if (!alder || !birch || !world.ledger) throw new Error('the small world is too small');
  breakIt({ world, alder, birch, ledger: world.ledger });
  expect(findingsOf(seenBy, world).join('\n')).toMatch(says);
});

test('every checker was seen to bite', () => {
  expect(new Set(breakages.map(({ seenBy }) => seenBy))).toEqual(new Set(checkers.map(({ invariant }) => invariant)));
});

test('what needs the ledger says so where there is none', () => {
  const world = { ...smallWorld(), ledger: null };
  const notRun = checkers.filter(({ check }) => check(world) === needsLedger).map(({ invariant }) => invariant);
  expect(notRun).toEqual(['I6 told', 'I8', 'I9', 'I10 journal', 'I11']);
});

/** The burn of `straight` was final at block 3, was taken back with the chain down to block 2, and stands in block 20 now. */
const rewoundAtMs = 1_700_000_020_000;

function rewoundWorld(): Draft<World> {
  const world = smallWorld();
  const [alder] = world.chains;
  const [burn] = alder?.applied ?? [];
  if (!alder || !burn) throw new Error('the small world is too small');
  const finalBefore = new Map([[burn.transactionHash, burn.blockNumber]]);
  world.rewinds = [
    { chainId: alder.chain.chainId, keptBlock: 2, head: 19, samplesBefore: 20, atMs: rewoundAtMs, finalBefore },
  ];
  burn.blockNumber = 20;
  const birch = world.chains[1]?.chain.chainId ?? 0;
  world.headSamples = world.headSamples.map((heads, at) =>
    [...heads]
      .reverse()
      .map(({ chainId, head }) => ({ chainId, head: at < 20 || chainId === birch ? head : head - 17 })),
  );
  return world;
}

/** Its mint, as if it had been signed then and had come into that block. */
function mintAt(world: Draft<World>, block: number, signedAtMs: number): void {
  const mint = at(world.chains[1]?.applied ?? [], 0);
  mint.blockNumber = block;
  const row = world.ledger?.transactions.find(({ hash }) => hash === mint.transactionHash);
  if (row) row.createdAtMs = signedAtMs;
}

test.each([
  ['stood when the burn was taken back', 6],
  ['was signed by then, and came later', 30],
])('a mint that %s is no finding', (_, block) => {
  const world = rewoundWorld();
  mintAt(world, block, rewoundAtMs - 1);
  expect(findingsOf('I6', world)).not.toContainEqual(expect.stringContaining('straight'));
});

test('a status that told of a burn where it stood before is no finding', () => {
  const world = rewoundWorld();
  const [alder] = world.chains;
  const chainId = alder?.chain.chainId ?? 0;
  const sample = { settlementId: 'straight', attempt: 0, compensated: false, status: 'BURNED' };
  world.toldSamples = [{ ...sample, heads: [{ chainId, head: 6 }] }];
  expect(findingsOf('I6 told', world)).toEqual([]);
  world.rewinds = [];
  expect(findingsOf('I6 told', world).join()).toMatch(/straight attempt 0: was BURNED while its Burn of block 20/);
});

test.each([
  ['was signed while the burn was gone', 30, rewoundAtMs + 1],
  ['had come before the burn was final the first time', 3, rewoundAtMs - 10_000],
])('a mint that %s is one', (_, block, signedAtMs) => {
  const world = rewoundWorld();
  mintAt(world, block, signedAtMs);
  expect(findingsOf('I6', world).join()).toMatch(/straight attempt 0: the mint stood while its burn was not final/);
});

test('a mint in a block that was made anew was not there when the head first came to it', () => {
  const world = smallWorld();
  const [alder, birch] = world.chains;
  const [burn, mint] = [at(alder?.applied ?? [], 0), at(birch?.applied ?? [], 0)];
  burn.blockNumber = 20;
  mint.blockNumber = 10;
  const sample = (source: number, destination: number) => [
    { chainId: mint.chainId, head: destination },
    { chainId: burn.chainId, head: source },
  ];
  world.headSamples = [sample(15, 10), sample(15, 11), sample(25, 11)];
  expect(findingsOf('I6', world).join()).toMatch(/straight attempt 0: the mint stood while its burn was not final/);
  world.rewinds = [
    { chainId: mint.chainId, keptBlock: 9, head: 11, samplesBefore: 2, atMs: rewoundAtMs, finalBefore: new Map() },
  ];
  expect(findingsOf('I6', world)).not.toContainEqual(expect.stringContaining('straight'));
});

test.each([
  ['before a reorg put it into a block with an earlier time', -1, false],
  ['after it was made', 0, true],
])('what was journaled %s', (_, sinceRewindMs, isFound) => {
  const world = smallWorld();
  const [alder] = world.chains;
  const row = world.ledger?.transactions[0];
  const transaction = alder?.transactions.find(({ hash }) => hash === row?.hash);
  if (!alder || !row || !transaction) throw new Error('the small world is too small');
  const { blockNumber, timestampSeconds } = transaction;
  const atMs = timestampSeconds * 1_000 + 5_000;
  const keptBlock = blockNumber - 1;
  world.rewinds = [
    { chainId: alder.chain.chainId, keptBlock, head: blockNumber, samplesBefore: 0, atMs, finalBefore: new Map() },
  ];
  row.createdAtMs = atMs + sinceRewindMs;
  expect(findingsOf('I10 journal', world).length > 0).toBe(isFound);
});

test('what was not asked for is not taken for sound', () => {
  const world = smallWorld();
  delete world.replays;
  delete world.secrets;
  const notRun = checkers.filter(({ check }) => check(world) === needsHistories).map(({ invariant }) => invariant);
  expect(notRun).toEqual(['I13', 'I14']);
});

test('what was done on purpose is no finding: a foreign transaction, a run cut off at its end, another run of an id', () => {
  const world = smallWorld();
  const [chain] = world.chains;
  const [first] = chain?.transactions ?? [];
  const [start] = world.starts;
  const [run] = world.runs ?? [];
  if (!chain || !first || !start || !run) throw new Error('the small world is too small');
  const sent = chain.transactions.filter(({ from }) => from === first.from);
  const foreign = `0x${'f0'.repeat(32)}` as const;
  chain.transactions.push({ ...first, hash: foreign, nonce: sent.length, operations: [] });
  world.foreignHashes.add(foreign);
  world.rerunIds.add(run.settlementId);
  run.runStatus = 'TERMINATED';
  start.runId = 'a run before';
  const broken = checkers.flatMap(({ invariant, check }) => (check(world as World).length > 0 ? [invariant] : []));
  expect(broken).toEqual([]);
});
