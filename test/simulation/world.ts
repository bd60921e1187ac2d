import { getAddress, type Address } from 'viem';
import { createActivities } from '../../src/activities/createActivities';
import type { ChainDesk, Dependencies } from '../../src/activities/dependencies';
import type { Chain } from '../../src/chains/chain';
import { parseConfig, type ChainConfig } from '../../src/config';
import { orderToJson, type OrderJson, type SettlementOrder } from '../../src/domain/order';
import type { SettlementActivities } from '../../src/domain/steps';
import { createRandom, pick, type Random } from '../chaos/random';
import { addressOf, anOrder } from '../unit/domain/orders';
import type { ActivityWorld } from './activityTask';
import { createChainClient } from './chainClient';
import { SimulatedClock } from './clock';
import { noFaults, type FaultCounts } from './faults';
import { Gate } from './gate';
import type { Journaled } from './ledgerTables';
import type { ChainPolicy } from './blocks';
import { SimulatedChain } from './simulatedChain';
import { SimulatedLanes } from './simulatedLanes';
import { SimulatedLedger } from './simulatedLedger';
import { createSimulatedWatcher } from './simulatedWatcher';

/** One chain with everything that stands around it. */
export interface Side {
  readonly chain: SimulatedChain;
  readonly client: Chain;
  readonly settler: SimulatedLanes;
  readonly refunder: SimulatedLanes;
  readonly reverser: SimulatedLanes;
}

export interface Signed extends Journaled {
  readonly chain: SimulatedChain;
}

export interface World {
  readonly seed: number;
  readonly random: Random;
  readonly clock: SimulatedClock;
  readonly faults: FaultCounts;
  readonly gate: Gate;
  readonly order: SettlementOrder;
  readonly orderJson: OrderJson;
  readonly source: Side;
  readonly destination: Side;
  readonly ledger: SimulatedLedger;
  readonly temporal: ActivityWorld;
  /** Everything that was ever signed, whatever a ledger forgot since. */
  readonly signed: Signed[];
  readonly violations: string[];
  readonly timeline: string[];
  readonly note: (line: string) => void;
}

/** A mistake put in on purpose. */
export interface Bug {
  readonly name: string;
  /** The activities with the mistake in them, or in what they are made of. */
  readonly plant: (world: World, deps: Dependencies) => SettlementActivities;
  /** A mistake in the workflow's own code; returns how to take it out again. */
  readonly inWorkflow?: () => () => void;
}

const startsAt = Date.UTC(2030, 0, 1);
const gateways = { alder: addressOf(0xaa), birch: anOrder.destinationGateway };

/** Everything that a seed draws is drawn from here on, in one order. */
export function createWorld(seed: number, bug: Bug | null, onSigned: (world: World, signed: Signed) => void): World {
  const random = createRandom(seed);
  const clock = new SimulatedClock(startsAt);
  const faults = noFaults();
  const timeline: string[] = [];
  const note = (line: string): void => void timeline.push(`${stamp(clock.now)} ${line}`);
  const gate = new Gate(clock, random, faults, note);
  const order = drawOrder(random);
  const ledger = new SimulatedLedger(gate, random, faults, () => clock.now, note);
  const signed: Signed[] = [];
  const hear = (chain: SimulatedChain, journaled: Journaled): void => {
    onSigned(world, { chain, ...journaled });
    signed.push({ chain, ...journaled });
  };
  const shared = { random, clock, faults, gate, ledger, onSigned: hear };
  const confirmations = 1 + Math.floor(random() * 5);
  const speaks = random() < 0.5;
  const createSide = (config: ChainConfig, remote: { gateway: Address; token: Address }): Side => {
    const chain = new SimulatedChain(
      drawPolicy(random, config.name, confirmations),
      () => clock.now,
      random,
      faults,
      note,
    );
    const client = createChainClient({ chain, config, gate, order, remote });
    const parts = { ...shared, chain, client, watcher: createSimulatedWatcher(chain, clock, speaks) };
    const lanes = (role: 'a1' | 'b2' | 'c3') => new SimulatedLanes(role, parts);
    return { chain, client, settler: lanes('a1'), refunder: lanes('b2'), reverser: lanes('c3') };
  };
  const [alder, birch] = drawConfigs(random, confirmations);
  const source = createSide(alder, { gateway: gateways.birch, token: order.destinationToken });
  const destination = createSide(birch, { gateway: gateways.alder, token: order.token });
  const temporal = { clock, random, gate, faults, activities: {} as SettlementActivities, losesAnswers: 0, note };
  const world: World = {
    ...{ seed, random, clock, faults, gate, order, orderJson: orderToJson(order), source, destination, ledger },
    ...{ temporal, signed, violations: [], timeline, note },
  };
  const deps: Dependencies = {
    desks: [deskOf(source), deskOf(destination)],
    ledger: ledger.client,
    epoch: 0,
    orderBounds: { minValidityMs: 60_000, maxValidityMs: 30 * 86_400_000 },
    sendAlert: async ({ action, code }) => note(`alert: ${action} ${code}`),
  };
  temporal.activities = bug ? bug.plant(world, deps) : createActivities(deps);
  return world;
}

export function deskOf({ client, settler, refunder, reverser }: Side): ChainDesk {
  return { chain: client, settler: settler.client(), refunder: refunder.client(), reverser: reverser.client() };
}

function drawOrder(random: Random): SettlementOrder {
  const validForMs = random() < 0.75 ? 7 * 86_400_000 : 90_000 + random() * 600_000;
  const validBefore = BigInt(Math.floor((startsAt + validForMs) / 1_000));
  return { ...anOrder, validBefore, maxAttempts: 1 + Math.floor(random() * 4) };
}

function drawPolicy(random: Random, name: string, confirmations: number): ChainPolicy {
  const rough = random() < 0.4;
  return {
    name,
    blockMs: pick(random, [1_000, 3_000, 12_000]),
    confirmations,
    skewMs: random() < 0.3 ? (random() - 0.5) * 120_000 : 0,
    drops: rough ? 0.15 : 0,
    delays: rough ? 0.25 : 0.05,
    reverts: rough ? 0.1 : 0,
  };
}

/** Parsed once: it is the same for every seed but for what is drawn below. */
const [plainAlder, plainBirch] = parseConfig(
  {
    chains: (['alder', 'birch'] as const).map((name, index) => ({
      name,
      chainId: 31_337 + index,
      rpcUrl: 'http://127.0.0.1:1',
      gateway: gateways[name],
      tokens: [
        { symbol: 'DEMO', address: getAddress(index === 0 ? anOrder.token : anOrder.destinationToken), decimals: 6 },
      ],
      finality: { kind: 'finalized' },
    })),
  },
  '/',
).chains as unknown as [ChainConfig, ChainConfig];

function drawConfigs(random: Random, confirmations: number): readonly [ChainConfig, ChainConfig] {
  const policy = {
    finality: { kind: 'confirmations', confirmations },
    mintWindowMs: pick(random, [60_000, 300_000, 1_200_000]),
    undoAlarmMs: pick(random, [30_000, 300_000]),
    monotonicTimestamps: random() < 0.7,
  } as const;
  return [
    { ...plainAlder, ...policy },
    { ...plainBirch, ...policy },
  ];
}

function stamp(ms: number): string {
  return `${((ms - startsAt) / 1_000).toFixed(3).padStart(12)} s`;
}
