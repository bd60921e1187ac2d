import type { Address, PublicClient } from 'viem';
import { planBurns } from '../../../src/chains/planBurns';
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

interface Draft {
  readonly amount: bigint;
  readonly validForSeconds?: bigint;
  readonly recipient?: Address;
  readonly destinationGateway?: Address;
}

function groupOf(desk: ChainDesk, ...orders: readonly Draft[]): BatchGroup {
  const items = orders.map(
    ({ amount, validForSeconds = 600n, ...more }) =>
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
          ...more,
        },
      }) as BatchItem,
  );
  return { source: desk, destination: desk, items };
}

type Fate = 'together' | 'later' | 'alone';

const judge = async (group: BatchGroup): Promise<readonly Fate[]> => {
  const { together, later } = await planBurns(group, bounds);
  return group.items.map((item) => (together.has(item) ? 'together' : later.has(item) ? 'later' : 'alone'));
};

describe('how burns go on', () => {
  it('together, whose deadline is within bounds; to nowhere, to a gateway or too much, alone', async () => {
    const desk = deskIn({ leftOfLimit: 20_000n });
    const group = groupOf(
      desk,
      { amount: 1n },
      { amount: 1n, validForSeconds: 59n },
      { amount: 1n, validForSeconds: 3_601n },
      { amount: 1n, recipient: desk.chain.config.gateway },
      { amount: 1n, destinationGateway: bob.address },
      { amount: 10_001n },
    );
    expect(await judge(group)).toEqual(['together', 'alone', 'alone', 'alone', 'alone', 'alone']);
  });

  it.each<[string, Mood]>([
    ['something is paused', { paused: true }],
    ['the route is disabled', { routeEnabled: false }],
    ['a limit is used up', { leftOfLimit: 0n }],
  ])('later, while %s; and what is refused anyway is told so at once', async (_what, mood) => {
    const group = groupOf(deskIn(mood), { amount: 500n }, { amount: 500n, validForSeconds: 59n }, { amount: 10_001n });
    expect(await judge(group)).toEqual(['later', 'alone', 'alone']);
  });

  it('together, as many as fit in what is left of a limit', async () => {
    const group = groupOf(deskIn({ leftOfLimit: 999n }), { amount: 500n }, { amount: 500n }, { amount: 499n });
    expect(await judge(group)).toEqual(['together', 'later', 'together']);
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
