import type { Hex } from 'viem';
import { PermanentError } from '../../../src/domain/errors';
import { clientAt, untilAnswered } from '../load';
import type { OrderDraft } from '../orders';
import { readRows, withDatabase } from '../readRows';
import { takeBack } from '../takeBack';
import type { Point } from './armory';
import { withoutBlocks, type Walk } from './walk';

/** How settlements get to some points, one after the other. */
export interface Route {
  readonly points: readonly Point[];
  /** Breaks what others on their way rely on: walked once, when nobody else is. */
  readonly isAlone?: boolean;
  walk(walk: Walk): Promise<void>;
}

/** A settlement that nothing is wrong with comes to these. */
const plainPoints: readonly Point[] = [
  ...(['burn-entered', 'burn-judged', 'burn-final', 'burn-advanced'] as const),
  ...(['mint-owned', 'mint-final', 'mint-advanced'] as const),
  ...(['operation-submitting@Burn', 'operation-submitting@Mint'] as const),
  ...(['operation-journaled@Burn', 'operation-journaled@Mint'] as const),
  ...([
    'flush-begun',
    'journal-judged@Burn',
    'journal-judged@Mint',
    'journal-signed@Burn',
    'journal-signed@Mint',
  ] as const),
  ...(['journal-committed@Burn', 'journal-committed@Mint'] as const),
  ...(['broadcast-before@Burn', 'broadcast-before@Mint', 'broadcast-after@Burn', 'broadcast-after@Mint'] as const),
  ...(['lease-acquired', 'nonces-closed', 'seal-digested'] as const),
];

/** One whose recipient is frozen comes to these: the mint is refused, a tombstone set, the burn refunded. */
const refusedPoints: readonly Point[] = [
  ...(['cancel-mint-compensating', 'cancel-mint-final', 'refund-owned', 'refund-final', 'refund-advanced'] as const),
  ...(['operation-submitting@CancelMint', 'operation-submitting@Refund'] as const),
  ...(['operation-journaled@CancelMint', 'operation-journaled@Refund'] as const),
  ...(['journal-signed@CancelMint', 'journal-signed@Refund'] as const),
  ...(['journal-committed@CancelMint', 'journal-committed@Refund'] as const),
  ...(['broadcast-after@CancelMint', 'broadcast-after@Refund'] as const),
];

const leading = (points: readonly Point[], draft: Partial<OrderDraft>): Route[] =>
  points.map((point) => ({
    points: [point],
    walk: (walk) => walk.killAt(point, () => walk.start(point, draft), walk.mostHits),
  }));

const nothing = (): Promise<void> => Promise.resolve();

/** Cancelled when the burn is in and before it is final: no mint is ever journaled, and the ledger marks that none will be. */
const cancelled: Route = {
  points: ['cancel-mint-marked'],
  walk: (walk) =>
    walk.killAt('cancel-mint-marked', async () => {
      const { chains, stack } = walk.world;
      await withoutBlocks(chains[0], false, async () => {
        const id = await walk.start('cancel-mint-marked', { from: 'alder' });
        await walk.until(id, ['BURNING']);
        await untilAnswered.execute(() => stack.client.cancel(id)).catch(onlyPermanent);
      });
    }),
};

/** In a block, and no block follows: it is not final. */
const unfinal: Route = {
  points: ['operation-unfinal'],
  walk: (walk) =>
    withoutBlocks(walk.world.chains[0], false, () =>
      walk.killAt('operation-unfinal', () => walk.start('operation-unfinal', { from: 'alder' })),
    ),
};

/** No block takes it: sent again, then replaced at a higher fee, each by whoever lives. */
const stuck: Route = {
  points: ['operation-rebroadcasting', 'replacement-begun', 'replacement-journaled'],
  walk: (walk) =>
    withoutBlocks(walk.world.chains[1], true, async () => {
      const start = () => walk.start('operation-rebroadcasting', { from: 'birch' });
      await walk.killAt('operation-rebroadcasting', start);
      await walk.killAt('replacement-begun', nothing);
      await walk.killAt('replacement-journaled', nothing);
    }),
};

/** One dies between journal and broadcast; the next owner of the lane dies when it is about to send what the first one left. */
const recovery: Route = {
  points: ['recovery-resending'],
  walk: async (walk) => {
    await walk.killAt('journal-committed', () => walk.start('recovery-resending', {}));
    await walk.killAt('recovery-resending', nothing);
  },
};

/** Told to go forward while its undo is nobody's for a minute: the mint is tried again. */
const forward: Route = {
  points: ['mint-forward'],
  walk: async (walk) => {
    await walk.killAt('cancel-mint-compensating', () => walk.start('mint-forward', { recipient: 'mallory' }));
    await walk.killAt('mint-forward', async () => {
      const { databaseUrl, rerunIds, stack } = walk.world;
      // Another's undo may be the one that lost its worker.
      const undone = (await readRows(databaseUrl)).filter(({ status }) => status === 'COMPENSATING');
      for (const { id } of undone) {
        rerunIds.add(id); // should its run end in this moment, a retry is another
        await untilAnswered.execute(() => stack.client.retry(id)).catch(onlyPermanent);
      }
    });
  },
};

/** The holder is frozen too when the tokens are to go back: an operator is called, and speaks. */
const operator: Route = {
  points: ['operator-told', 'resolution-recorded'],
  walk: async (walk) => {
    const { stack } = walk.world;
    const latest = (): string => walk.startedFor('operator-told').at(-1) ?? '';
    try {
      await walk.killAt('operator-told', async () => {
        const rows = await readRows(walk.world.databaseUrl);
        const isUnderWay = rows.some((row) => row.id === latest() && row.status !== 'FAILED');
        if (isUnderWay) return; // another's burn would be refused while the holder is frozen
        await stack.alder.freeze('dave', false);
        const id = await walk.start('operator-told', { from: 'alder', holder: 'dave', recipient: 'mallory' });
        await walk.until(id, ['BURNED', 'MINTING', 'COMPENSATING']);
        await stack.alder.freeze('dave', true);
      });
      const id = latest();
      const word = { action: 'refund', by: 'an operator', evidence: 'the holder is not frozen any more' } as const;
      await walk.killAt('resolution-recorded', async () => {
        const said = untilAnswered.execute(() => clientAt(walk.world, 1).resolve(id, word)).catch(onlyPermanent);
        said.catch(() => undefined); // told when all are awaited
        walk.words.push(said);
      });
    } finally {
      await stack.alder.freeze('dave', false);
    }
  },
};

/** Cancelled before its burn is heard of: the ledger says FAILED on the proof that none was signed. */
const unburned: Route = {
  points: ['unburned-proved', 'unburned-failed'],
  walk: async (walk) => {
    for (const point of ['unburned-proved', 'unburned-failed'] as const) {
      await walk.killAt(point, () => startCancelled(walk, point));
    }
  },
};

/** While every worker stands still, so that the cancel is there before the burn. */
async function startCancelled(walk: Walk, point: Point): Promise<void> {
  const { stack, workers } = walk.world;
  const signalAll = (signal: 'SIGSTOP' | 'SIGCONT'): void => {
    for (let at = 0; at < workers.count; at++) {
      try {
        workers.signal(at, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // dead just now: it stands still as well
      }
    }
  };
  signalAll('SIGSTOP');
  try {
    const id = await walk.start(point, {});
    await stack.handle(id).cancel();
  } finally {
    signalAll('SIGCONT');
  }
}

/** A run is terminated under way; the reconciliation finds it, and gives it another. */
const adoption: Route = {
  points: ['reconciliation-told', 'adoption-found', 'adoption-opened'],
  walk: (walk) =>
    withoutBlocks(walk.world.chains[0], false, async () => {
      const { stack, rerunIds } = walk.world;
      const id = await walk.start('adoption-found', { from: 'alder' });
      await walk.until(id, ['BURNING']);
      rerunIds.add(id);
      await stack.handle(id).terminate('an operator slipped');
      for (const point of ['reconciliation-told', 'adoption-found', 'adoption-opened'] as const) {
        await walk.killAt(point, async () => {
          // Its worker dies, which is noticed after minutes: the next is not kept from its work by that.
          stack.client.reconcile().catch(() => undefined);
        });
      }
    }),
};

/** The burn of what was minted is taken by a reorg past finality, and the mint back by an operator; then the same bytes bring the burn again. */
const reversal: Route = {
  points: ['reverse-mint-final'],
  isAlone: true,
  walk: async (walk) => {
    const { chains, stack } = walk.world;
    const id = await withoutBlocks(chains[1], false, () => mintedWithoutItsBurn(walk));
    await stack.until(async () =>
      (await readRows(walk.world.databaseUrl)).some((row) => row.id === id && row.needsOperator),
    );
    await stack.until(async () => (await stack.resumeRoutes()) > 0);
    const word = { action: 'refund', by: 'an operator', evidence: 'the burn is gone' } as const;
    let said: Promise<unknown> | null = null;
    await walk.killAt('reverse-mint-final', async () => {
      said ??= untilAnswered.execute(() => stack.client.resolve(id, word));
      await said;
      await stack.resumeRoutes(); // every worker pauses them when it sees the reorg
    });
    await chains[0].rpc('eth_sendRawTransaction', [await journaledBurn(walk.world.databaseUrl, id)]);
    // Until it is final a row that tells of a mint without a burn is what the reconciliation calls it.
    await stack.until(async () => (await chains[0].chain.slotOf(id)).state !== 'None');
    await stack.resumeRoutes();
  },
};

async function mintedWithoutItsBurn(walk: Walk): Promise<string> {
  const { world } = walk;
  const [alder, birch] = world.chains;
  const id = await walk.start('reverse-mint-final', { from: 'alder' });
  await world.stack.until(async () => (await birch.chain.latestSlotOf(id)).state === 'Minted');
  await world.stack.until(async () => (await world.stack.openTransactions()) === 1); // the mint's: nobody sends the burn again
  const { burnTxHash } = await world.stack.client.get(id);
  if (burnTxHash === null) throw new Error(`${id} is minted and has no burn`);
  const receipt = await alder.rpc<{ blockNumber: Hex }>('eth_getTransactionReceipt', [burnTxHash]);
  const burnBlock = Number(receipt.blockNumber);
  const finalBefore = new Map([[burnTxHash as Hex, burnBlock]]);
  alder.setMining(false); // a block that came between would be one that is missing below
  await alder.settled();
  const depth = Number(await alder.rpc<Hex>('eth_blockNumber')) - burnBlock + 1;
  await takeBack(world, alder, { depth, finalBefore }, () => alder.reorg(depth));
  alder.setMining(true);
  return id;
}

function journaledBurn(databaseUrl: string, settlementId: string): Promise<Hex> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ raw: Hex }>(
      "select t.raw from ledger.transactions t join ledger.transaction_operations o using (hash, chain_id) where o.settlement_id = $1 and o.kind = 'Burn'",
      [settlementId],
    );
    const [row] = rows;
    if (!row) throw new Error(`no burn of ${settlementId} is journaled`);
    return row.raw;
  });
}

function onlyPermanent(error: unknown): void {
  if (!(error instanceof PermanentError)) throw error;
}

export const routes: readonly Route[] = [
  ...leading(plainPoints, {}),
  ...leading(refusedPoints, { recipient: 'mallory' }),
  ...[cancelled, unfinal, stuck, recovery, forward, operator, unburned, adoption, reversal],
];
