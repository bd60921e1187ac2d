import { getAddress, keccak256, toHex, zeroAddress, type Address, type Hex } from 'viem';
import { eventHash } from './eventHash';
import { digestOf, keyOf } from './gatewayAbi';
import { kinds, type Kind, type Order, type SlotState } from './world';
import type { ChainFacts, EventRow, SettlementRow, TransactionRow, World } from './world';

/** The same with everything writable, down to the leaves: a test breaks it. */
export type Draft<T> = T extends bigint | string | number | boolean | null
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Draft<V>>
    : T extends ReadonlySet<infer V>
      ? Set<V>
      : T extends readonly (infer V)[]
        ? Draft<V>[]
        : { -readonly [F in keyof T]: Draft<T[F]> };

const address = (n: number): Address => getAddress(toHex(n, { size: 20 }));
const [holder, recipient, settler, refunder] = [address(0xa1), address(0xb0b), address(0x5e7), address(0x4ef)];
const ends = [
  { name: 'alder', chainId: 1, rpcUrl: '', gateway: address(0x11), token: address(0x12) },
  { name: 'birch', chainId: 2, rpcUrl: '', gateway: address(0x21), token: address(0x22) },
] as const;
const [alder, birch] = ends;
const startSeconds = 1_700_000_000;
const bornWith = 1_000n;

/** A world in which all is well: one settlement completed, one refunded by tombstone and completed at its second attempt. */
export function smallWorld(): Draft<World> {
  const chains = ends.map((chain) => emptyChain(chain)) as [Draft<ChainFacts>, Draft<ChainFacts>];
  const journal: Draft<TransactionRow>[] = [];
  const send = (kind: Kind, order: Order, attempt: number): Hex => apply(chains, journal, kind, order, attempt);
  const [straight, bent] = [orderOf('straight', 70n), orderOf('bent', 30n)];
  const hashes = {
    straight: [send('Burn', straight, 0), send('Mint', straight, 0)] as const,
    first: [send('Burn', bent, 0), send('CancelMint', bent, 0), send('Refund', bent, 0)] as const,
    second: [send('Burn', bent, 1), send('Mint', bent, 1)] as const,
  };
  setSlots(chains, straight, 0);
  setSlots(chains, bent, 1);
  const happy = ['PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPLETED'];
  const undone = ['PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'COMPENSATING', 'FAILED'];
  const [straightRow, bentRow] = [rowOf(straight, 0, hashes.straight), rowOf(bent, 1, hashes.second)];
  const settlements = [straightRow, bentRow];
  const world: World = {
    chains,
    ledger: {
      epoch: 1,
      settlements,
      attempts: [],
      events: [
        ...eventsOf(
          straightRow,
          happy.map((status) => [status, 0] as const),
        ),
        ...eventsOf(bentRow, [
          ...undone.map((status) => [status, 0] as const),
          ...happy.slice(1).map((status) => [status, 1] as const),
        ]),
      ],
      transactions: journal,
      leases: [{ key: 'lane', holder: 'worker-2', fence: 2 }],
    },
    runs: settlements.map(({ settlementId, fingerprint }) => ({
      settlementId,
      fingerprint,
      runId: `run-of-${settlementId}`,
      runStatus: 'COMPLETED',
      record: { status: 'COMPLETED', needsOperator: false },
    })),
    starts: [straight, straight, bent].map((order, at) => ({
      settlementId: order.settlementId,
      fingerprint: digestOf(order, alder.gateway),
      created: at !== 1,
      runId: `run-of-${order.settlementId}`,
      record: { settlementId: order.settlementId, amount: order.amount.toString(), recipient, status: 'BURNING' },
    })),
    forgottenIds: new Set(),
    rerunIds: new Set(),
    foreignHashes: new Set(),
    laneSigners: [settler, refunder],
    leaseSamples: [{ key: 'lane', holder: 'worker-1', fence: 1 }],
    headSamples: Array.from({ length: 40 }, (_, head) => ends.map(({ chainId }) => ({ chainId, head }))),
    // The burn is final with block 4, the mint with block 7; what `bent` tells later is all final by block 25.
    toldSamples: [
      toldSample('straight', 'BURNED', 0, 4),
      toldSample('straight', 'COMPLETED', 0, 7),
      toldSample('bent', 'COMPENSATING', 0, 10),
      { ...toldSample('bent', 'FAILED', 0, 16), compensated: true },
      toldSample('bent', 'COMPLETED', 1, 25),
    ],
    confirmations: 2,
    replays: { failures: [], count: 2, of: 2 },
    secrets: {
      canaries: [
        { name: 'the key in settler.key', value: `0x${'5ec7e7ab'.repeat(8)}` },
        { name: 'the routing key', value: 'canary>>a routing? key<<' },
      ],
      places: [{ name: 'a log', text: 'all is well' }],
    },
  };
  return world as Draft<World>;
}

function toldSample(settlementId: string, status: string, attempt: number, head: number): World['toldSamples'][0] {
  return { settlementId, status, attempt, compensated: false, heads: ends.map(({ chainId }) => ({ chainId, head })) };
}

function orderOf(settlementId: string, amount: bigint): Order {
  return {
    ...{ settlementId, holder, recipient, amount, validBefore: 2_000_000_000n, maxAttempts: 3 },
    ...{ token: alder.token, destinationToken: birch.token, destinationGateway: birch.gateway },
    ...{ sourceChainId: BigInt(alder.chainId), destinationChainId: BigInt(birch.chainId) },
  };
}

/** One block a second, its number that of seconds since the start; the issuer's mint stands at the beginning. */
function emptyChain(chain: ChainFacts['chain']): Draft<ChainFacts> {
  return {
    chain,
    blocks: Array.from({ length: 100 }, (_, number) => ({ number, timestampSeconds: startSeconds + number })),
    transactions: [],
    applied: [],
    refusals: {},
    transfers: [{ from: zeroAddress, to: holder, value: bornWith, transactionHash: toHex(0, { size: 32 }) }],
    slots: new Map(),
    totalSupply: bornWith,
  };
}

/** Each operation in a transaction and a block of its own, three blocks after the last: burns are final when mints come. */
function apply(
  chains: [Draft<ChainFacts>, Draft<ChainFacts>],
  journal: Draft<TransactionRow>[],
  kind: Kind,
  order: Order,
  attempt: number,
): Hex {
  const onSource = kind === 'Burn' || kind === 'Refund';
  const facts = onSource ? chains[0] : chains[1];
  const from = kind === 'Burn' || kind === 'Mint' ? settler : refunder;
  const { chainId } = facts.chain;
  const blockNumber = 3 + journal.length * 3;
  const timestampSeconds = startSeconds + blockNumber;
  const nonce = facts.transactions.filter((one) => one.from === from).length;
  const raw = toHex(`${chainId} ${from} ${nonce}`);
  const hash = keccak256(raw);
  const account = onSource ? holder : recipient;
  const identity = { settlementKey: keyOf(order.settlementId), fingerprint: digestOf(order, alder.gateway) };
  const operation = { kind: kinds.indexOf(kind), attempt, order, signature: '0x' } as const;
  facts.transactions.push({ hash, from, nonce, blockNumber, timestampSeconds, operations: [operation] });
  facts.applied.push({
    ...{ ...operation, ...identity, chainId, account, amount: order.amount, transactionHash: hash },
    ...{ blockNumber, timestampSeconds, position: blockNumber * 1_000_000 },
    isSigned: kind === 'Burn' ? true : null,
  });
  move(facts, kind, account, order.amount, hash);
  journal.push({
    ...{ chainId, signer: from, nonce, replacement: 0, hash, raw, signedNonce: nonce, laneFence: attempt + 1 },
    createdAtMs: timestampSeconds * 1_000 - 50,
    operations: [{ settlementId: order.settlementId, ...identity, kind, attempt }],
  });
  return hash;
}

function move(facts: Draft<ChainFacts>, kind: Kind, account: Address, value: bigint, transactionHash: Hex): void {
  if (kind === 'CancelMint') return;
  const burns = kind === 'Burn' || kind === 'ReverseMint';
  const [from, to] = burns ? [account, zeroAddress] : [zeroAddress, account];
  facts.transfers.push({ from, to, value, transactionHash });
  facts.totalSupply += burns ? -value : value;
}

function setSlots(chains: readonly Draft<ChainFacts>[], order: Order, attempt: number): void {
  const orderHash = digestOf(order, alder.gateway).slice(0, 62) as Hex;
  const states: readonly SlotState[] = ['Burned', 'Minted'];
  chains.forEach(({ slots }, at) => {
    slots.set(keyOf(order.settlementId), { state: states[at] ?? 'None', attempt, orderHash });
  });
}

function rowOf(order: Order, attempt: number, [burnTxHash, mintTxHash]: readonly [Hex, Hex]): SettlementRow {
  return {
    ...{ settlementId: order.settlementId, settlementKey: keyOf(order.settlementId), status: 'COMPLETED', attempt },
    fingerprint: digestOf(order, alder.gateway),
    ...{ amount: order.amount.toString(), holder, recipient, token: order.token, burnTxHash, mintTxHash },
    ...{ refundTxHash: null, compensated: false, needsOperator: false, ownerFence: 1 },
  };
}

/** Every event tells all that the row will have come to: enough for a last event to equal it. */
function eventsOf(row: SettlementRow, steps: readonly (readonly [status: string, attempt: number])[]): EventRow[] {
  const { settlementId, fingerprint, burnTxHash, mintTxHash, compensated, needsOperator, ownerFence: fence } = row;
  const factsText = JSON.stringify({ burnTxHash, mintTxHash, compensated, needsOperator, fence });
  const events: EventRow[] = [];
  for (const [toStatus, attempt] of steps) {
    const before = events.at(-1);
    const event = {
      ...{ settlementId, seq: events.length + 1, fromStatus: before?.toStatus ?? null, toStatus, attempt },
      ...{ factsText, atMicros: '1700000000000000', previousHash: before?.hash ?? fingerprint },
    };
    events.push({ ...event, id: events.length + 1, hash: eventHash(event) });
  }
  return events;
}
