import { MockActivityEnvironment } from '@temporalio/testing';
import { burn } from '../../../src/activities/burn';
import type { ChainDesk, Dependencies } from '../../../src/activities/dependencies';
import type { Chain } from '../../../src/chains/chain';
import { identityOf } from '../../../src/domain/fingerprint';
import { orderToJson, type SettlementOrder } from '../../../src/domain/order';
import type { BurnRequest } from '../../../src/domain/steps';
import { createMemoryJournal } from '../../../src/lanes/createMemoryJournal';
import type { Execution } from '../../../src/lanes/journal';
import { anOrder } from '../domain/orders';
import { createFakeChain, createFakeLane, gateway, slotOf, transactionOf } from '../lanes/fakeChain';

/*
 * How a burn may end without one. The chains are fakes here because each case needs a transaction that was signed and is not in,
 * and that at one exact moment; test/integration has the same on real ones.
 */

const order: SettlementOrder = { ...anOrder, sourceChainId: 31_337n, destinationChainId: 31_338n };
const request: BurnRequest = { order: orderToJson(order), signature: `0x${'11'.repeat(65)}`, mode: 'start' };
const others = `0x${'cd'.repeat(30)}` as const;

type Cause = 'source unknown' | 'destination unknown' | 'malformed signature' | 'taken on the destination';
const causes: readonly [Cause, string][] = [
  ['source unknown', 'UNKNOWN_CHAIN'],
  ['destination unknown', 'UNKNOWN_CHAIN'],
  ['malformed signature', 'SIGNATURE_INVALID'],
  ['taken on the destination', 'IDEMPOTENCY_CONFLICT'],
];

const mayLand: [string, World] = ['what was signed for it may still land', { execution: 2, signed: true }];

interface World {
  /** Temporal's count of the activity's executions; earlier ones ran on another worker. */
  readonly execution?: number;
  /** A burn of the order was signed here by an earlier execution, and its nonce is open. */
  readonly signed?: boolean;
  readonly sourceState?: 'None' | 'Burned';
  readonly pastUnknown?: boolean;
}

async function burnWith(cause: Cause, world: World): Promise<unknown> {
  const environment = new MockActivityEnvironment({ attempt: world.execution ?? 1 });
  const journal = createMemoryJournal();
  const identity = identityOf(order, gateway);
  const policy = { confirmations: 1, fingerprint: identity.fingerprint };
  const [source, destination] = [createFakeChain(policy), createFakeChain(policy)];
  source.mine({
    slot: { ...slotOf(world.sourceState ?? 'None'), orderHash: identity.fingerprint.slice(0, 62) as never },
  });
  if (cause === 'taken on the destination') destination.mine({ slot: { ...slotOf('Minted'), orderHash: others } });
  if (world.signed) {
    const { workflowExecution, activityId } = environment.context.info;
    const execution: Execution = { runId: workflowExecution?.runId ?? activityId, activityId, attempt: 1 };
    await journal.open(execution);
    await journal.record(execution, { ...identity, chainId: 31_337, kind: 'Burn', attempt: 0 }, transactionOf(7));
  }
  const deskFor = (chain: Chain): ChainDesk => {
    const lane = createFakeLane(chain, journal);
    return { chain, settler: lane, refunder: lane, reverser: null };
  };
  const birch: Chain = {
    ...destination.chain,
    config: { ...destination.chain.config, name: 'birch', chainId: 31_338 },
  };
  const deps: Dependencies = {
    desks: [
      ...(cause === 'source unknown' ? [] : [deskFor(source.chain)]),
      ...(cause === 'destination unknown' ? [] : [deskFor(birch)]),
    ],
    journal,
    orderBounds: { minValidityMs: 0, maxValidityMs: Number.MAX_SAFE_INTEGER },
  };
  const asked = {
    ...request,
    ...(cause === 'malformed signature' ? { signature: 'hello' } : {}),
    ...(world.pastUnknown ? { pastUnknown: true } : {}),
  };
  return environment.run(() => burn(deps, asked)).catch((error: unknown) => error);
}

describe.each(causes)('a burn that cannot go on (%s)', (cause, code) => {
  it('ends when nothing was ever signed for it', async () => {
    expect(await burnWith(cause, {})).toMatchObject({ code, retryable: false });
  });

  it.each<[string, World]>([
    // A worker that does not know the source chain has signed nothing there itself.
    ...(cause === 'source unknown' ? [] : [mayLand]),
    ['another worker may have signed for it', { execution: 2 }],
    ['a run before this one may have', { pastUnknown: true }],
  ])('is held while %s', async (_why, world) => {
    expect(await burnWith(cause, world)).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
  });
});

it.each<[Cause]>([['destination unknown'], ['taken on the destination']])(
  'a burn that stands is never ended as if there were none (%s)',
  async (cause) => {
    const answer = await burnWith(cause, { sourceState: 'Burned' });
    expect(answer).not.toMatchObject({ retryable: false });
  },
);
