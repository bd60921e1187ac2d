import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { encodeExecute } from '../../../src/chains/encodeExecute';
import type { ReconciliationReport } from '../../../src/domain/reconciliation';
import { fingerprintOf } from '../../../src/domain/fingerprint';
import type { SignedOrder } from '../../../src/domain/order';
import { parseOrder } from '../../../src/domain/parseOrder';
import type { OperationKind } from '../../../src/domain/slot';
import type { DevAccountName } from '../../../src/local/devAccounts';
import type { ChainHand } from '../chainHand';
import type { FaultWorld } from '../faultWorld';
import { clientAt, startOne } from '../load';
import { signDraft, type OrderDraft } from '../orders';
import { readRows, type RowStatus } from '../readRows';
import { withDeadline } from '../withDeadline';
import type { TrialContext } from './trial';

const stepWithinMs = 30_000;

/** Starts a settlement; alice pays bob 1000 from alder to birch where the draft does not say otherwise. */
export async function begin(
  { world, prefix }: TrialContext,
  name: string,
  draft: Partial<OrderDraft> = {},
): Promise<SignedOrder> {
  const signed = await draftOf(world, `${prefix}-${name}`, draft);
  await startOne(world, clientAt(world, 0), signed);
  return signed;
}

/** The same, signed and told to nobody. */
export function draftOf(world: FaultWorld, settlementId: string, draft: Partial<OrderDraft>): Promise<SignedOrder> {
  const rest = { from: 'alder', holder: 'alice', recipient: 'bob', amount: 1_000n, validForSeconds: 7_200 } as const;
  return signDraft(world, { ...rest, settlementId, ...draft });
}

/** Waits for what nothing announces. @throws Error that names it, when it does not come */
export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + stepWithinMs; Date.now() < until; await delay(50)) {
    if (await holds().catch(() => false)) return;
  }
  throw new Error(`not within ${stepWithinMs / 1_000} s: ${what}`);
}

export async function waitForRow(
  { databaseUrl }: FaultWorld,
  settlementId: string,
  wanted: readonly string[],
): Promise<void> {
  const row = async (): Promise<RowStatus | undefined> =>
    (await readRows(databaseUrl)).find(({ id }) => id === settlementId);
  await waitFor(`${settlementId} is ${wanted.join(' or ')}`, async () => wanted.includes((await row())?.status ?? ''));
}

/** Whether blocks come, by themselves or because something was sent. */
export async function setBlocks(hand: ChainHand, on: boolean): Promise<void> {
  hand.setMining(on);
  await hand.rpc('evm_setAutomine', [on]);
}

export interface Pending {
  readonly from: Hex;
  readonly nonce: Hex;
  readonly input: Hex;
}

/** Waits for the transaction that carries a settlement in a chain's pool, where it stays while no blocks come. */
export async function waitInPool(hand: ChainHand, settlementId: string): Promise<Pending> {
  const id = Buffer.from(settlementId).toString('hex');
  const found: Pending[] = [];
  await waitFor(`${settlementId} in the pool of ${hand.deployed.name}`, async () => {
    const { pending } = await hand.rpc<{ pending: Record<string, Record<string, Pending>> }>('txpool_content');
    const all = Object.values(pending).flatMap((byNonce) => Object.values(byNonce));
    found.push(...all.filter(({ input }) => input.includes(id)));
    return found.length > 0;
  });
  return found[0] as Pending;
}

/** Waits until what stands in the newest block now is final. */
export async function waitFinal(world: FaultWorld): Promise<void> {
  for (const { rpc, deployed } of world.chains) {
    const head = Number(await rpc<Hex>('eth_blockNumber'));
    const wanted = head + world.confirmations;
    await waitFor(`${deployed.name} at ${wanted}`, async () => Number(await rpc<Hex>('eth_blockNumber')) >= wanted);
  }
}

/** One operation straight to a gateway, as whoever stole that key could. The judges are told that it is foreign. */
export async function callRaw(
  world: FaultWorld,
  call: { on: ChainHand; as: DevAccountName; kind: OperationKind; signed: SignedOrder; attempt: number },
): Promise<void> {
  const { on, as, kind, signed, attempt } = call;
  const order = parseOrder(signed.order);
  const fingerprint = fingerprintOf(order, on.deployed.gateway);
  const signature = kind === 'Burn' ? signed.signature : '0x';
  const data = encodeExecute([{ kind, attempt, order, fingerprint, signature }]);
  const { hash } = await on.sendAs(as, { to: on.deployed.gateway, data });
  world.foreignHashes.add(hash);
}

/** Has a worker reconcile now. */
export function reconcileNow({ stack }: FaultWorld): Promise<ReconciliationReport> {
  return withDeadline(stack.client.reconcile(), stepWithinMs, () => 'the reconciliation');
}
