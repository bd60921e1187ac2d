import type { OperationKind } from '../../src/domain/slot';
import type { Callers } from './callers';
import type { Side, World } from './world';

/** What a seed plans: which of these happen, when, and for how long. */

interface Trouble {
  /** The share of the seeds that have it. */
  readonly share: number;
  readonly plan: (world: World, callers: Callers) => void;
}

/** The last of them begins within so long; how long one lasts comes on top. */
const spanMs = 300_000;

export function planTroubles(world: World, callers: Callers): void {
  for (const { share, plan } of troubles) if (world.random() < share) plan(world, callers);
}

/** More of them early on, where most happens. */
function at({ random, clock, note }: World, what: string, act: () => void): void {
  clock.after(random() ** 3 * spanMs, () => {
    note(`trouble: ${what}`);
    act();
  });
}

/** Until then, if it is not healed before. */
function during(world: World, what: string, begin: () => void, end: () => void, longestMs = 600_000): void {
  at(world, what, () => {
    begin();
    world.clock.after(world.random() * longestMs, end);
  });
}

const sides = ({ source, destination }: World): readonly Side[] => [source, destination];
const oneSide = (world: World): Side => (world.random() < 0.5 ? world.source : world.destination);

const troubles: readonly Trouble[] = [
  { share: 0.3, plan: ({ gate, random }) => void (gate.crashes = random() * 0.5) },
  { share: 0.3, plan: ({ gate, random }) => void (gate.zombies = random() * 0.5) },
  { share: 0.2, plan: ({ temporal }) => void (temporal.losesAnswers = 0.3) },
  { share: 0.2, plan: ({ ledger }) => void (ledger.losesAnswers = 0.1) },
  {
    share: 0.2,
    plan: (world) => sides(world).forEach(({ settler, refunder }) => (settler.busy = refunder.busy = 0.3)),
  },
  {
    share: 0.2,
    plan: (world) => sides(world).forEach(({ settler, refunder }) => (settler.replaces = refunder.replaces = 0.5)),
  },
  { share: 0.35, plan: (world, callers) => at(world, 'a cancel', () => callers.cancel()) },
  { share: 0.1, plan: (world, callers) => at(world, 'a cancel by Temporal', () => callers.cancelByTemporal()) },
  {
    share: 0.25,
    plan: (world, callers) => {
      for (let left = 4; left > 0; left -= 1) at(world, 'a caller retries', () => callers.retry());
    },
  },
  { share: 0.1, plan: (world, callers) => at(world, 'a second start', () => callers.start()) },
  {
    share: 0.2,
    plan: (world, callers) => {
      at(world, 'a word', () => callers.resolve('retry', () => (world.faults.wordRetry += 1)));
      at(world, 'a word', () => callers.resolve('refund', () => (world.faults.wordRefund += 1)));
      at(world, 'a word', () => callers.resolve('complete', () => (world.faults.wordComplete += 1)));
    },
  },
  { share: 0.2, plan: planTermination },
  {
    share: 0.25,
    plan: (world) => {
      for (const kind of ['Burn', 'Refund'] as const) if (world.random() < 0.7) planReorg(world, world.source, kind);
      for (const kind of ['Mint', 'CancelMint'] as const)
        if (world.random() < 0.7) planReorg(world, world.destination, kind);
    },
  },
  {
    share: 0.2,
    plan: (world) =>
      during(
        world,
        'the destination halts',
        () => halt(world, world.destination),
        () => world.destination.chain.resume(),
      ),
  },
  {
    share: 0.08,
    plan: (world) =>
      during(
        world,
        'the source halts',
        () => halt(world, world.source),
        () => world.source.chain.resume(),
      ),
  },
  { share: 0.15, plan: (world) => planAway(world, oneSide(world)) },
  {
    share: 0.15,
    plan: ({ destination, faults }) => {
      destination.chain.mood = { ...destination.chain.mood, frozen: true };
      faults.mintRefusedForGood += 1;
    },
  },
  {
    share: 0.05,
    plan: (world) => {
      planMood(world, world.source, 'frozen', true);
      world.faults.refundRefused += 1;
    },
  },
  { share: 0.12, plan: (world) => planPause(world) },
  {
    share: 0.1,
    plan: (world) => {
      planMood(world, oneSide(world), 'limitUsedUp', true);
      world.faults.rateLimited += 1;
    },
  },
  {
    share: 0.05,
    plan: (world) =>
      at(world, 'the holder revokes the order', () => {
        world.source.chain.revokeOrder();
        world.faults.revoked += 1;
      }),
  },
  {
    share: 0.15,
    plan: ({ ...world }) =>
      during(
        world,
        'the ledger is down',
        () => (world.ledger.down = true),
        () => (world.ledger.down = false),
        200_000,
      ),
  },
  {
    share: 0.12,
    plan: (world) => {
      planMood(world, world.source, 'spent', true);
      world.faults.tokensSpent += 1;
    },
  },
  { share: 0.3, plan: (world, callers) => retryOnceFailed(world, callers, 60) },
  { share: 0.15, plan: planEpoch },
];

function retryOnceFailed({ clock, ...world }: World, callers: Callers, looks: number): void {
  if (callers.run?.ended?.state === 'FAILED') callers.retry();
  if (looks > 0) clock.after(5_000, () => retryOnceFailed({ clock, ...world }, callers, looks - 1));
}

function planTermination(world: World, callers: Callers): void {
  at(world, 'a termination', () => {
    callers.terminate();
    world.clock.after(world.random() * 120_000, () => callers.retry());
  });
}

/** Takes back what is not final, soon after an operation got in there; never the block that counts as final. */
function planReorg({ random, clock, note }: World, { chain }: Side, kind: OperationKind): void {
  const { confirmations, blockMs, name } = chain.policy;
  if (confirmations === 1) return;
  chain.onceApplied.set(kind, () => {
    clock.after(random() * (confirmations - 1) * blockMs, () => {
      note(`trouble: ${name} reorgs`);
      chain.reorg(1 + Math.floor(random() * (confirmations - 1)));
    });
  });
}

function halt({ faults, destination }: World, { chain }: Side): void {
  chain.catchUp();
  chain.halted = true;
  faults[chain === destination.chain ? 'destinationHalted' : 'sourceHalted'] += 1;
}

function planAway(world: World, { chain }: Side): void {
  during(
    world,
    `${chain.policy.name} is away`,
    () => (chain.away = true),
    () => (chain.away = false),
  );
}

function planMood(world: World, { chain }: Side, what: keyof SimulatedMood, value: boolean): void {
  const change = (to: boolean): void => {
    chain.catchUp();
    chain.mood = { ...chain.mood, [what]: to };
  };
  during(
    world,
    `${chain.policy.name}: ${what}`,
    () => change(value),
    () => change(false),
  );
}

type SimulatedMood = Side['chain']['mood'];

function planPause(world: World): void {
  world.faults.paused += 1;
  planMood(world, oneSide(world), world.random() < 0.5 ? 'pausedNew' : 'pausedAll', true);
}

/**
 * A restore, to a backup or to just what was there, then the procedure of docs/architecture.md: workers stopped (or, against the
 * rules, not), the old keys' roles revoked, the epoch opened for new ones.
 */
function planEpoch(world: World): void {
  const { ledger, random, clock, faults } = world;
  const { tables } = ledger;
  const byTheRules = random() < 0.7;
  const changesAgo = random() < 0.7 ? 1 + Math.floor(random() * 6) : 0;
  at(world, `the ledger is restored, ${changesAgo} changes back`, () => {
    if (changesAgo > 0) {
      faults.ledgerRestored += 1;
      tables.restore(tables.backUp(changesAgo));
    }
    faults.epochBumped += 1;
    if (byTheRules) world.gate.stopWorkers();
    tables.epoch += 1;
    const lanes = sides(world).flatMap(({ settler, refunder, reverser }) => [settler, refunder, reverser]);
    const old = lanes.map(({ signer }) => signer);
    tables.retired = [...tables.retired, ...old];
    for (const lane of lanes) lane.useNewKey();
    clock.after(random() * 300_000, () => {
      for (const { chain } of sides(world)) chain.bar(old);
      reopenOnceBarred(world, old);
    });
  });
}

function reopenOnceBarred(world: World, old: readonly string[]): void {
  const barred = sides(world).every(({ chain }) =>
    old.every((signer) => chain.final().barred.includes(signer as never)),
  );
  if (!barred) return void world.clock.after(15_000, () => reopenOnceBarred(world, old));
  world.note('operator: the epoch is opened');
  world.ledger.tables.openedEpoch = world.ledger.tables.epoch;
  world.gate.startWorkers();
}
