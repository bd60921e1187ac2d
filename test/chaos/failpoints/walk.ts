import { setTimeout as delay } from 'node:timers/promises';
import type { ChainHand } from '../chainHand';
import type { FaultWorld } from '../faultWorld';
import { clientAt, startOne } from '../load';
import { signDraft, type OrderDraft } from '../orders';
import { between } from '../faults/fault';
import { pick, type Random } from '../random';
import { readRows } from '../readRows';
import type { Armory, Point } from './armory';

/** Leads settlements to the points where workers are to die. */
export interface Walk {
  readonly world: FaultWorld;
  readonly random: Random;
  /** Which of so many hits is the deadly one. */
  readonly mostHits: number;
  /** What was said to a settlement whose worker is dead is answered late: awaited at the end. */
  readonly words: Promise<unknown>[];
  /** Starts a settlement for a point and returns its id. */
  start(point: Point, draft: Partial<OrderDraft>): Promise<string>;
  /** Has a worker die at the point's next hit, or a drawn one of `mostHits`; `lead` brings some there, again and again while none comes. */
  killAt(point: Point, lead: () => Promise<unknown>, mostHits?: number): Promise<void>;
  /** Waits until the ledger's row of a settlement says so. */
  until(settlementId: string, statuses: readonly string[]): Promise<void>;
  startedFor(point: Point): readonly string[];
  readonly startedIds: readonly string[];
}

export interface WalkParts {
  readonly world: FaultWorld;
  readonly armory: Armory;
  readonly random: Random;
  readonly prefix: string;
  readonly mostHits: number;
  readonly say: (text: string) => void;
}

const [reachedWithinMs, leadAgainMs, rowWithinMs] = [120_000, 4_000, 60_000];

export function createWalk({ world, armory, random, prefix, mostHits, say }: WalkParts): Walk {
  const started: { readonly point: Point; readonly settlementId: string }[] = [];
  /** The supervisor has seen it dead too: from here on there is nobody left to signal. */
  const buried = async (): Promise<void> => {
    while (world.workers.ownExits.length < armory.killsInAll()) await delay(20);
  };
  return {
    ...{ world, random, mostHits, words: [] },
    async start(point, draft) {
      const settlementId = `${prefix}-${started.length}`;
      started.push({ point, settlementId });
      const drawn = {
        ...({ holder: 'alice', recipient: 'bob', validForSeconds: 7_200 } as const),
        ...{
          settlementId,
          from: pick(random, ['alder', 'birch'] as const),
          amount: BigInt(between(random, 1, 1_000_000)),
        },
      };
      await startOne(world, clientAt(world, started.length), await signDraft(world, { ...drawn, ...draft }));
      return settlementId;
    },
    async killAt(point, lead, ofHits = 1) {
      say(point);
      const hits = between(random, 1, ofHits);
      const given = new AbortController();
      const armedAt = performance.now();
      armory.arm(point, hits);
      const fired = armory.fired(point, armory.kills(point), given.signal);
      try {
        for (let led = 0; led < hits || performance.now() - armedAt < reachedWithinMs; led++) {
          await lead();
          if (led + 1 >= hits && (await Promise.race([fired, delay(leadAgainMs, false)]))) return await buried();
        }
        throw new Error(`no worker came to ${point} ${hits} times within ${reachedWithinMs / 1_000} s`);
      } finally {
        given.abort();
        armory.disarm(point);
      }
    },
    async until(settlementId, statuses) {
      for (const until = performance.now() + rowWithinMs; performance.now() < until; await delay(20)) {
        const row = (await readRows(world.databaseUrl)).find(({ id }) => id === settlementId);
        if (row && statuses.includes(row.status)) return;
      }
      throw new Error(`${settlementId} was not ${statuses.join(' or ')} within ${rowWithinMs / 1_000} s`);
    },
    startedFor: (point) => started.filter((one) => one.point === point).map(({ settlementId }) => settlementId),
    get startedIds() {
      return started.map(({ settlementId }) => settlementId);
    },
  };
}

/** No block, or none but those that transactions ask for, while the work goes on. */
export async function withoutBlocks<T>(hand: ChainHand, evenOfOurs: boolean, work: () => Promise<T>): Promise<T> {
  hand.setMining(false);
  if (evenOfOurs) await hand.rpc('evm_setAutomine', [false]);
  try {
    return await work();
  } finally {
    await hand.rpc('evm_setAutomine', [true]);
    hand.setMining(true);
  }
}
