import { createPublicClient, http, parseAbiItem, zeroAddress, type Address, type Hex } from 'viem';

interface CheckedChain {
  readonly name: string;
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly gateway: Address;
  readonly token: Address;
}

interface Applied {
  readonly chainId: number;
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
  readonly kind: number;
  readonly attempt: number;
  readonly account: Address;
  readonly amount: bigint;
  readonly transactionHash: Hex;
}

// Written out by hand: the checker must not believe the ABI files it checks the work of.
const appliedEvent = parseAbiItem(
  'event OperationApplied(bytes32 indexed settlementKey, bytes32 indexed fingerprint, uint8 indexed kind, uint8 attempt, address account, uint256 amount)',
);
const transferEvent = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');
const [burnKind, refundKind, mintKind, cancelKind, reverseKind] = [0, 1, 2, 3, 4] as const;

/**
 * Holds the chains, and nothing but the chains, against I1 to I5 of the fault model: supply is conserved but for what is in
 * flight, at most one burn, refund and mint an attempt, no mint after a tombstone, never minted and refunded in one attempt,
 * and what was burned, minted and refunded agree. Returns every operation that was applied; throws on the first violation.
 */
export async function checkInvariants(chains: readonly CheckedChain[]): Promise<readonly Applied[]> {
  const applied = (await Promise.all(chains.map(readApplied))).flat();
  const byKey = new Map<Hex, Applied[]>();
  for (const one of applied) byKey.set(one.settlementKey, [...(byKey.get(one.settlementKey) ?? []), one]);
  for (const operations of byKey.values()) checkOneSettlement(operations);
  await checkSupply(chains, applied);
  return applied;
}

function checkOneSettlement(operations: readonly Applied[]): void {
  const [first] = operations;
  for (const one of operations) {
    const where = `${one.settlementKey} attempt ${one.attempt}`;
    must(
      one.fingerprint === first?.fingerprint && one.amount === first.amount,
      `I5: fingerprint or amount differs, ${where}`,
    );
    const same = operations.filter(({ kind, attempt }) => kind === one.kind && attempt === one.attempt);
    must(same.length === 1, `I2/I3: kind ${one.kind} applied ${same.length} times, ${where}`);
  }
  const has = (kind: number, attempt: number): boolean =>
    operations.some((one) => one.kind === kind && one.attempt === attempt);
  for (const { attempt } of operations) {
    must(!has(mintKind, attempt) || has(burnKind, attempt), `I6: minted without a burn, attempt ${attempt}`);
    must(!has(refundKind, attempt) || has(burnKind, attempt), `I3: refunded without a burn, attempt ${attempt}`);
    const minted = has(mintKind, attempt) && !has(reverseKind, attempt);
    must(!(minted && has(refundKind, attempt)), `I4: minted and refunded, attempt ${attempt}`);
    must(!(has(mintKind, attempt) && has(cancelKind, attempt)), `I2: minted under a tombstone, attempt ${attempt}`);
  }
  const burned = operations.filter(({ kind }) => kind === burnKind || kind === refundKind);
  must(new Set(burned.map(({ account }) => account)).size <= 1, 'I5: refunded to somebody else');
}

/** I1, told by Transfer logs alone: what the gateways' transactions minted and burned, against what is in flight. */
async function checkSupply(chains: readonly CheckedChain[], applied: readonly Applied[]): Promise<void> {
  const ours = new Set(applied.map(({ transactionHash }) => transactionHash));
  let created = 0n;
  for (const chain of chains) {
    const client = createPublicClient({ transport: http(chain.rpcUrl) });
    const logs = await client.getLogs({ address: chain.token, event: transferEvent, fromBlock: 0n, strict: true });
    for (const { args, transactionHash } of logs) {
      if (!ours.has(transactionHash)) continue;
      if (args.from === zeroAddress) created += args.value;
      if (args.to === zeroAddress) created -= args.value;
    }
  }
  const sum = (kind: number): bigint =>
    applied.filter((one) => one.kind === kind).reduce((total, { amount }) => total + amount, 0n);
  const inFlight = sum(burnKind) - sum(refundKind) - sum(mintKind) + sum(reverseKind);
  must(created + inFlight === 0n, `I1: created ${created} + in flight ${inFlight} is not 0`);
}

async function readApplied(chain: CheckedChain): Promise<Applied[]> {
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  const logs = await client.getLogs({ address: chain.gateway, event: appliedEvent, fromBlock: 0n, strict: true });
  return logs.map(({ args, transactionHash }) => ({ chainId: chain.chainId, transactionHash, ...args }));
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`invariant broken: ${what}`);
}
