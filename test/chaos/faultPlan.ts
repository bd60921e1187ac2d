import type { DevAccountName } from '../../src/local/devAccounts';
import { catalogue } from './faults';
import { between, type FaultKind } from './faults/fault';
import { drawFinale } from './finales';
import type { Finale } from './finales/finale';
import type { OrderDraft } from './orders';
import { createRandom, pick, type Random } from './random';

/** What is done with one settlement, all of it drawn before anything begins. */
export interface PlannedSettlement {
  readonly does: 'settle' | 'frozen' | 'cancel' | 'identical' | 'conflict' | 'retry' | 'soon over' | 'poor';
  readonly startAtMs: number;
  readonly thenAfterMs: number;
  readonly draft: OrderDraft;
}

export interface PlannedFault {
  readonly kind: FaultKind;
  /** After the one before it on its track was healed. */
  readonly pauseMs: number;
  readonly holdMs: number;
  /** Of its own draws while it fires. */
  readonly seed: number;
  readonly prefix: string;
  /** Started with it, one in each direction: there is always something to break. */
  readonly company: readonly PlannedSettlement[];
}

/** Submitted at once, mixed as the settlements that go one by one are. */
export interface PlannedBatch {
  readonly batchId: string;
  readonly startAtMs: number;
  readonly drafts: readonly OrderDraft[];
  /** So many of them are submitted alone, too, as soon as the batch stands. */
  readonly alone: number;
}

export interface Plan {
  readonly prefix: string;
  readonly batches: readonly PlannedBatch[];
  readonly settlements: readonly PlannedSettlement[];
  readonly faults: readonly PlannedFault[];
  /** The workers ask three endpoints a chain, and two must agree. */
  readonly quorum: boolean;
  /** What ends the seed, when all else has ended. */
  readonly finale: Finale | null;
}

/** Every so many seeds. */
const quorumEvery = 4;

/** Most settlements are plain ones: the faults are what is tested. */
const deeds = [
  ...['settle', 'settle', 'settle', 'settle', 'settle', 'settle', 'frozen', 'frozen'],
  ...['cancel', 'cancel', 'identical', 'conflict', 'retry', 'soon over', 'poor'],
] as readonly PlannedSettlement['does'][];
const recipients = ['bob', 'carol', 'dave'] as const;
const holders = ['alice', 'bob', 'carol', 'dave'] as const;
const spreadPerFaultMs = 5_000;
const [batchesPerSeed, ordersPerBatch] = [2, 12];

export interface PlanSize {
  readonly seed: number;
  readonly settlements: number;
  readonly faults: number;
  /** Numbers of kinds; absent: all of the catalogue. */
  readonly only: readonly number[] | undefined;
}

/** Hangs on nothing but what is given: the same seed draws the same. */
export function drawPlan({ seed, settlements: settlementCount, faults: faultCount, only }: PlanSize): Plan {
  const prefix = `faults-${seed}`;
  const random = createRandom(seed);
  const quorum = seed % quorumEvery === 0;
  const faults = drawFaults(random, { count: faultCount, prefix, only, quorum });
  const spreadMs = (faultCount * spreadPerFaultMs) / 2; // there are two tracks
  const settlements = Array.from({ length: settlementCount }, (_, at) =>
    drawSettlement(random, `${prefix}-${at}`, spreadMs),
  );
  // Drawn last: what went before is what the same seed drew without them.
  const batches = Array.from({ length: batchesPerSeed }, (_, at) => drawBatch(random, `${prefix}-b${at}`, spreadMs));
  return { prefix, batches, settlements, faults, quorum, finale: drawFinale(seed, only) };
}

function drawSettlement(random: Random, settlementId: string, spreadMs: number): PlannedSettlement {
  const does = pick(random, deeds);
  const holder: DevAccountName = does === 'poor' ? 'reverser' : pick(random, holders);
  const recipient: DevAccountName = does === 'frozen' ? 'mallory' : pick(random, recipients);
  return {
    does,
    startAtMs: between(random, 0, spreadMs),
    thenAfterMs: between(random, 0, 4_000),
    draft: {
      ...{ settlementId, holder, recipient },
      amount: BigInt(between(random, 1, 1_000_000)),
      from: random() < 0.5 ? 'alder' : 'birch',
      validForSeconds: does === 'soon over' ? between(random, 72, 85) : 7_200,
    },
  };
}

function drawBatch(random: Random, batchId: string, spreadMs: number): PlannedBatch {
  const drafts = Array.from({ length: ordersPerBatch }, (_, at) => drawSettlement(random, `${batchId}-${at}`, 0).draft);
  return { batchId, startAtMs: between(random, 0, spreadMs), drafts, alone: between(random, 0, 2) };
}

interface Draws extends Pick<PlanSize, 'only'>, Pick<Plan, 'prefix' | 'quorum'> {
  readonly count: number;
}

/** Without repeating a kind before all have had their turn. */
function drawFaults(random: Random, { count, prefix, only, quorum }: Draws): PlannedFault[] {
  const kinds = catalogue.filter(
    ({ number, needsQuorum }) => (only?.includes(number) ?? true) && (quorum || !needsQuorum),
  );
  const faults: PlannedFault[] = [];
  let left: FaultKind[] = [];
  while (faults.length < count) {
    if (left.length === 0) left = [...kinds];
    const [kind] = left.splice(Math.floor(random() * left.length), 1);
    if (!kind) break;
    const faultPrefix = `${prefix}-f${faults.length}`;
    faults.push({
      kind,
      pauseMs: between(random, 200, 2_000),
      holdMs: between(random, kind.holdMs[0], kind.holdMs[1]),
      seed: between(random, 0, 2 ** 31),
      prefix: faultPrefix,
      company: (['alder', 'birch'] as const).map((from) => drawCompany(random, kind, `${faultPrefix}-${from}`, from)),
    });
  }
  return faults;
}

function drawCompany(
  random: Random,
  { amongRefused }: FaultKind,
  settlementId: string,
  from: 'alder' | 'birch',
): PlannedSettlement {
  const isRefused = amongRefused === true || random() < 0.2;
  const drawn = drawSettlement(random, settlementId, 1_500);
  const recipient: DevAccountName = isRefused ? 'mallory' : 'dave';
  return {
    ...drawn,
    does: isRefused ? 'frozen' : 'settle',
    draft: { ...drawn.draft, from, holder: 'alice', recipient },
  };
}
