import { maxUint256, zeroAddress, type PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Chain } from '../../../src/chains/chain';
import { checkOrder, type OrderFacts } from '../../../src/chains/checkOrder';
import { PermanentError, TransientError } from '../../../src/domain/errors';
import { fingerprintOf, orderTypedData } from '../../../src/domain/fingerprint';
import type { SettlementOrder } from '../../../src/domain/order';
import type { Slot } from '../../../src/domain/slot';
import { addressOf, anOrder } from '../domain/orders';
import { createFakeChain, slotOf } from '../lanes/fakeChain';
import { ecrecover } from './ecrecover';

const holder = privateKeyToAccount(`0x${'01'.repeat(32)}`);
const sourceGateway = addressOf(0xa1);
const now = 1_000_000n;
const order: SettlementOrder = { ...anOrder, holder: holder.address, validBefore: now + 3_600n };
const bounds = { minValidityMs: 60_000, maxValidityMs: 86_400_000 };

interface Route {
  remoteGateway: string;
  remoteToken: string;
  decimals: number;
  enabled: boolean;
}

/** What the two chains say. Both agree to the order as it is; each test takes one thing away. */
interface World {
  order: SettlementOrder;
  attempt: number;
  mode: 'start' | 'retry';
  slot: Slot;
  signer: typeof holder;
  timestamp: bigint;
  revoked: boolean;
  there: Route;
  back: Route;
  burnLimit: readonly [available: bigint, most: bigint];
  mintLimit: readonly [available: bigint, most: bigint];
  balance: bigint;
  paused: readonly ('sourceNew' | 'sourceAll' | 'destinationNew' | 'destinationAll')[];
  maxAmountBaseUnits?: bigint;
}

const agreed: World = {
  order,
  attempt: 0,
  mode: 'start',
  slot: slotOf('None'),
  signer: holder,
  timestamp: now,
  revoked: false,
  there: { remoteGateway: order.destinationGateway, remoteToken: order.destinationToken, decimals: 6, enabled: true },
  back: { remoteGateway: sourceGateway, remoteToken: order.token, decimals: 6, enabled: true },
  burnLimit: [order.amount, order.amount],
  mintLimit: [order.amount, order.amount],
  balance: order.amount,
  paused: [],
};

function chainOf(side: 'source' | 'destination', world: World): Chain {
  const { config } = createFakeChain().chain;
  const answers: Record<string, unknown> = {
    routeOf: side === 'source' ? world.there : world.back,
    burnLimitOf: world.burnLimit,
    mintLimitOf: world.mintLimit,
    pausedNew: world.paused.includes(`${side}New`),
    pausedAll: world.paused.includes(`${side}All`),
    isRevoked: world.revoked,
    balanceOf: world.balance,
  };
  const client = {
    readContract: async ({ functionName }: { functionName: string }) => answers[functionName],
    getBlock: async () => ({ timestamp: world.timestamp, hash: '0x01' }),
    getCode: async () => undefined,
    call: ecrecover,
  };
  return {
    config: {
      ...config,
      name: side,
      gateway: side === 'source' ? sourceGateway : order.destinationGateway,
      ...(world.maxAmountBaseUnits === undefined ? {} : { maxAmountBaseUnits: world.maxAmountBaseUnits }),
    },
    client: client as unknown as PublicClient,
  };
}

async function check(changes: Partial<World> = {}): Promise<PermanentError | null> {
  const world = { ...agreed, ...changes };
  const facts: OrderFacts = {
    order: world.order,
    fingerprint: fingerprintOf(world.order, sourceGateway),
    signature: await world.signer.signTypedData(orderTypedData(world.order, sourceGateway)),
    attempt: world.attempt,
    mode: world.mode,
    slot: world.slot,
  };
  return checkOrder(chainOf('source', world), chainOf('destination', world), bounds, facts);
}

const codeOf = async (changes: Partial<World>): Promise<string | null> => {
  const problem = await check(changes);
  if (problem) expect(problem).toBeInstanceOf(PermanentError);
  return problem?.code ?? null;
};
const lasting = (seconds: bigint): Partial<World> => ({ order: { ...order, validBefore: now + seconds } });

describe('an order before its burn', () => {
  it('is right when both chains agree to it, to the last base unit', async () => {
    expect(await check()).toBeNull();
  });

  it.each<[string, string, Partial<World>]>([
    ['has no attempt left', 'ATTEMPTS_EXHAUSTED', { attempt: 3 }],
    ['was refunded and is started again', 'ALREADY_REFUNDED', { attempt: 1, slot: slotOf('Refunded', 0) }],
    ['sends to the source gateway', 'ADDRESS_FORBIDDEN', { order: { ...order, recipient: sourceGateway } }],
    ['is not signed by its holder', 'SIGNATURE_INVALID', { signer: privateKeyToAccount(`0x${'02'.repeat(32)}`) }],
    ['is revoked', 'REVOKED', { revoked: true }],
    ['is for more than the holder has', 'INSUFFICIENT_FUNDS', { balance: order.amount - 1n }],
    ['is over what may ever be burned', 'AMOUNT_LIMIT', { burnLimit: [maxUint256, order.amount - 1n] }],
    ['is over what may ever be minted', 'AMOUNT_LIMIT', { mintLimit: [maxUint256, order.amount - 1n] }],
    ['is over the configured most', 'AMOUNT_LIMIT', { maxAmountBaseUnits: order.amount - 1n }],
  ])('%s: %s', async (_, code, changes) => {
    expect(await codeOf(changes)).toBe(code);
  });

  it('may be retried after a refund, while an attempt is left', async () => {
    expect(await codeOf({ mode: 'retry', attempt: 2, slot: slotOf('Refunded', 1) })).toBeNull();
    expect(await codeOf({ mode: 'retry', attempt: 3, slot: slotOf('Refunded', 2) })).toBe('ATTEMPTS_EXHAUSTED');
  });

  it.each<[string, Partial<World>]>([
    ['no route', { there: { ...agreed.there, remoteGateway: zeroAddress } }],
    ['a route to another gateway', { there: { ...agreed.there, remoteGateway: addressOf(0xb1) } }],
    ['a route to another token', { there: { ...agreed.there, remoteToken: addressOf(0xb1) } }],
    ['no route back', { back: { ...agreed.back, remoteGateway: zeroAddress } }],
    ['a route back to another gateway', { back: { ...agreed.back, remoteGateway: addressOf(0xb1) } }],
    ['a route back to another token', { back: { ...agreed.back, remoteToken: addressOf(0xb1) } }],
    ['other decimals there', { back: { ...agreed.back, decimals: 18 } }],
    ['another gateway in the order', { order: { ...order, destinationGateway: addressOf(0xb1) } }],
    [
      'a gateway there that is not configured',
      {
        order: { ...order, destinationGateway: addressOf(0xb1) },
        there: { ...agreed.there, remoteGateway: addressOf(0xb1) },
      },
    ],
  ])('is for an unknown token when the chains know %s', async (_, changes) => {
    expect(await codeOf(changes)).toBe('UNKNOWN_TOKEN');
  });

  it.each<[bigint, string | null]>([
    [-1n, 'DEADLINE_INVALID'],
    [0n, 'DEADLINE_INVALID'],
    [59n, 'DEADLINE_INVALID'],
    [60n, null],
    [86_400n, null],
    [86_401n, 'DEADLINE_INVALID'],
  ])("that ends %i seconds after the chain's time: %s", async (seconds, code) => {
    expect(await codeOf(lasting(seconds))).toBe(code);
  });

  it.each<[bigint, string | null]>([
    [-1n, 'EXPIRED'],
    [0n, 'EXPIRED'],
    [1n, 'DEADLINE_INVALID'],
    [60n, null],
  ])('that is retried %i seconds before its end: %s', async (seconds, code) => {
    expect(await codeOf({ ...lasting(seconds), mode: 'retry' })).toBe(code);
  });

  it("is judged by the chain's time, not by this machine's", async () => {
    expect(Date.now() / 1_000).toBeGreaterThan(Number(order.validBefore));
    expect(await check()).toBeNull();
  });
});

describe('what may pass', () => {
  it.each<[string, Partial<World>]>([
    ['a disabled route', { there: { ...agreed.there, enabled: false } }],
    ['a burn limit that is used up for now', { burnLimit: [order.amount - 1n, order.amount] }],
    ['a mint limit that is used up for now', { mintLimit: [order.amount - 1n, order.amount] }],
    ['a pause of new settlements at the source', { paused: ['sourceNew'] }],
    ['a pause of everything at the source', { paused: ['sourceAll'] }],
    ['a pause of everything at the destination', { paused: ['destinationAll'] }],
  ])('is no answer about the order: %s', async (_, changes) => {
    const refusal: unknown = await check(changes).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TransientError);
    expect(refusal).toMatchObject({ code: 'TRANSIENT_REFUSAL' });
  });

  it('does not stop at a destination that takes no new burns: nothing is burned there', async () => {
    expect(await check({ paused: ['destinationNew'] })).toBeNull();
  });

  it('is looked at after what never passes', async () => {
    const both: Partial<World> = { paused: ['sourceAll'], mintLimit: [0n, order.amount], revoked: true };
    expect(await codeOf(both)).toBe('REVOKED');
  });
});
