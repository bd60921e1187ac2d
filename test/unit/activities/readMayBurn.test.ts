import type { PublicClient } from 'viem';
import { readMayBurn } from '../../../src/activities/batch/readMayBurn';
import type { BatchGroup, BatchItem } from '../../../src/activities/batch/readItems';
import type { ChainDesk } from '../../../src/activities/dependencies';
import { devAccounts } from '../../../src/local/devAccounts';
import { chainConfigFor } from '../../support/chainConfigFor';

const bounds = { minValidityMs: 60_000, maxValidityMs: 3_600_000 };
const nowSeconds = 1_800_000_000n;
const { alice, bob, carol } = devAccounts();

/** What both chains say to every question, by the view's name. */
interface Mood {
  readonly paused?: boolean;
  readonly leftOfLimit?: bigint;
  readonly routeEnabled?: boolean;
  /** After the first questions. */
  readonly goesAway?: boolean;
}

function deskIn({ paused = false, leftOfLimit = 1_000n, routeEnabled = true, goesAway = false }: Mood): ChainDesk {
  const config = chainConfigFor(['http://nowhere.invalid']);
  const views: Record<string, unknown> = {
    pausedAll: paused,
    pausedNew: paused,
    burnLimitOf: [leftOfLimit, 10_000n],
    mintLimitOf: [leftOfLimit, 10_000n],
    routeOf: { remoteGateway: config.gateway, remoteToken: carol.address, decimals: 6, enabled: routeEnabled },
  };
  const client = {
    getBlock: async () => ({ timestamp: nowSeconds }),
    async readContract({ functionName }: { functionName: string }) {
      if (goesAway && !functionName.startsWith('paused')) throw new Error('connection reset');
      return views[functionName];
    },
  };
  return { chain: { config, client: client as unknown as PublicClient } } as ChainDesk;
}

function groupOf(desk: ChainDesk, ...orders: readonly { amount: bigint; validForSeconds?: bigint }[]): BatchGroup {
  const items = orders.map(
    ({ amount, validForSeconds = 600n }) =>
      ({
        order: {
          settlementId: 'one',
          holder: alice.address,
          recipient: bob.address,
          token: carol.address,
          destinationToken: carol.address,
          destinationGateway: desk.chain.config.gateway,
          amount,
          sourceChainId: 31_337n,
          destinationChainId: 31_338n,
          validBefore: nowSeconds + validForSeconds,
          maxAttempts: 3,
        },
      }) as BatchItem,
  );
  return { source: desk, destination: desk, items };
}

const judge = async (group: BatchGroup): Promise<readonly boolean[]> => {
  const mayBurn = await readMayBurn(group, bounds);
  return group.items.map(mayBurn);
};

describe('who may be burned with the others', () => {
  it('is everybody whose deadline is within bounds', async () => {
    const group = groupOf(
      deskIn({}),
      { amount: 1n },
      { amount: 1n, validForSeconds: 59n },
      { amount: 1n, validForSeconds: 3_601n },
    );
    expect(await judge(group)).toEqual([true, false, false]);
  });

  it.each<[string, Mood]>([
    ['something is paused', { paused: true }],
    ['the route is disabled', { routeEnabled: false }],
    ['together they are more than what is left of a limit', { leftOfLimit: 999n }],
  ])('is nobody while %s', async (_what, mood) => {
    expect(await judge(groupOf(deskIn(mood), { amount: 500n }, { amount: 500n }))).toEqual([false, false]);
  });

  it('is not known when the chain goes away, and no question is left unheard', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', hear);
    try {
      await expect(judge(groupOf(deskIn({ goesAway: true }), { amount: 1n }))).rejects.toMatchObject({
        code: 'CHAIN_UNAVAILABLE',
      });
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', hear);
    }
    expect(unheard).toEqual([]);
  });
});
