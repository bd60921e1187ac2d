import { TransientError } from '../domain/errors';
import type { Chain } from './chain';
import type { FinalBlock } from './readFinalBlock';
import type { Contradiction } from './watcher/contradiction';
import { createFollower, type ChainView } from './watcher/createFollower';
import { createNewsQueue } from './watcher/createNewsQueue';
import { createTracking } from './watcher/createTracking';
import type { Header } from './watcher/readHeader';
import type { Sighting, TrackedOperation } from './watcher/sighting';

export type { Contradiction, Header, Sighting, TrackedOperation };

/** One operation that is waited for. */
export interface Tracked {
  /**
   * Resolves with the next news of the operation; what came before it was asked for is kept. An aborted wait rejects with the
   * signal's reason, or, while the chain does not answer, with TransientError CHAIN_UNAVAILABLE.
   */
  next(signal: AbortSignal): Promise<Sighting>;
  close(): void;
}

export interface BlockNews {
  readonly latest: Header;
  readonly final: FinalBlock;
  /** The blocks above this were replaced, or taken back; null: none was. */
  readonly reorgedAbove: bigint | null;
  /** A block that counted as final is gone: no money moves here any more without an operator. */
  readonly pastFinality: boolean;
}

export interface BlockWatcher {
  /** To be called *before* the transaction is sent: a block can be seen before the send returns. Its slot is read with the next look. */
  track(operation: TrackedOperation): Tracked;
  /** Called whenever latest or final block have changed, and after a reorg. Returns how to end it. */
  onBlock(listener: (news: BlockNews) => void): () => void;
  /**
   * Called once for each time that the chain takes back what it called final. Whoever listens has it looked for while nothing is
   * tracked, too. Returns how to end it.
   */
  onContradiction(listener: (contradiction: Contradiction) => void): () => void;
  /**
   * The first of them, or null. It stays until the process is started again: which of the two the chain will stand by is for an
   * operator to find out, not for a later look.
   */
  contradiction(): Contradiction | null;
  /** Looks at once: something was sent. */
  poke(): void;
  latestBlock(): Header | null;
  finalBlock(): FinalBlock | null;
  /** The same, if the chain was asked for it within the last poll interval: what is true of it is no older than a poll. */
  recentFinalBlock(): FinalBlock | null;
  /** Since when the chain has not answered, in Unix milliseconds; null while it does. */
  failingSinceMs(): number | null;
  readonly trackedCount: number;
  close(): void;
}

export interface BlockWatcherOptions {
  /** Hears of every look that failed, and of listeners that threw; for the log. */
  readonly onTrouble?: (error: unknown) => void;
}

/** The first pause after a look that failed, and the longest, unless the chain is polled even more slowly. */
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** How long a node that mines what it is sent needs for it. */
const firstExpectingMs = 5;

/** A look takes its time too: with a shorter poll interval there would hardly ever be a recent one. */
const leastRecentMs = 250;

/** The one watcher of a chain in a worker: reads its blocks, once for everybody who waits. It goes on for ever. */
export function createBlockWatcher(chain: Chain, options: BlockWatcherOptions = {}): BlockWatcher {
  const { pollIntervalMs, name } = chain.config;
  const recentMs = Math.max(pollIntervalMs, leastRecentMs);
  const follower = createFollower(chain);
  const tracking = createTracking(chain);
  const listeners = new Set<(news: BlockNews) => void>();
  const contradictionListeners = new Set<(contradiction: Contradiction) => void>();
  let contradiction: Contradiction | null = null;
  const pause = createPause();
  let told: { latest: Header; final: FinalBlock } | null = null;
  let failing: { sinceMs: number; looks: number; error: unknown } | null = null;
  let isClosed = false;
  /** When the last look that went through, and read the final block, was begun. */
  let lookedAt = -Infinity;
  /** Since a poke, and until another head than this is seen. */
  let expecting: { readonly head: string | undefined; readonly ms: number } | null = null;

  const trouble = (error: unknown): void => options.onTrouble?.(error);

  function hand<T>(news: T, to: ReadonlySet<(news: T) => void>): void {
    for (const listener of [...to]) {
      try {
        listener(news);
      } catch (error) {
        trouble(error);
      }
    }
  }

  function tell(view: ChainView): void {
    const { latest, final, reorgedAbove, pastFinality } = view;
    const isNew = told?.latest.hash !== latest.hash || told.final.hash !== final.hash || reorgedAbove !== null;
    told = { latest, final };
    if (isNew) hand({ latest, final, reorgedAbove, pastFinality }, listeners);
  }

  async function look(): Promise<void> {
    const beganAt = performance.now();
    const view = await follower.look(tracking.size + listeners.size + contradictionListeners.size > 0);
    if (isClosed || !view) return;
    lookedAt = beganAt;
    if (view.contradiction) {
      contradiction ??= view.contradiction;
      hand(view.contradiction, contradictionListeners); // first: nobody should act on news from such a chain unwarned
    }
    try {
      await tracking.take(view);
    } finally {
      tell(view); // last: who hears of a block has heard what became of its operations
    }
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      try {
        await look();
        failing = null;
      } catch (error) {
        failing = { sinceMs: failing?.sinceMs ?? Date.now(), looks: (failing?.looks ?? 0) + 1, error };
        trouble(error);
      }
      // While it fails, poking does not make it faster.
      if (failing) await pause.rest(pauseMs(failing.looks), false);
      else await pause.rest(nextLookMs(), true);
    }
  }

  /** What was sent may be mined a moment later: after a poke the pauses begin short, and double until a block comes. */
  function nextLookMs(): number {
    if (expecting === null || expecting.ms >= pollIntervalMs) return pollIntervalMs;
    const { ms, head } = expecting;
    const latest = follower.latest()?.hash;
    expecting = head === undefined || head === latest ? { head: latest, ms: 2 * ms } : null;
    return expecting ? ms : pollIntervalMs;
  }

  function pauseMs(failedLooks: number): number {
    const first = Math.min(firstPauseMs, pollIntervalMs);
    return Math.min(Math.max(longestPauseMs, pollIntervalMs), first * 2 ** Math.min(failedLooks, 20));
  }

  const whyNothing = (signal: AbortSignal): Error =>
    failing
      ? new TransientError('CHAIN_UNAVAILABLE', `${name} has not answered for ${Date.now() - failing.sinceMs} ms`, {
          cause: failing.error,
        })
      : asError(signal.reason);

  void run();
  return {
    track(operation) {
      const queue = createNewsQueue(whyNothing);
      return { next: queue.next, close: tracking.add(operation, queue, follower.latest()?.number ?? null) };
    },
    onBlock(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onContradiction(listener) {
      contradictionListeners.add(listener);
      return () => void contradictionListeners.delete(listener);
    },
    contradiction: () => contradiction,
    poke() {
      expecting = { head: follower.latest()?.hash, ms: firstExpectingMs };
      pause.wake();
    },
    latestBlock: follower.latest,
    finalBlock: follower.final,
    recentFinalBlock: () => (performance.now() - lookedAt <= recentMs ? follower.final() : null),
    failingSinceMs: () => failing?.sinceMs ?? null,
    get trackedCount() {
      return tracking.size;
    },
    close() {
      isClosed = true;
      tracking.clear();
      listeners.clear();
      contradictionListeners.clear();
      pause.end();
    },
  };
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** A rest between two looks, which a wake ends: also one that came while the look before it was under way. */
function createPause() {
  let isWoken = false;
  let hasEnded = false;
  let onWake: (() => void) | null = null;
  let onEnd: (() => void) | null = null;
  return {
    wake: (): void => {
      isWoken = true;
      onWake?.();
    },
    end: (): void => {
      hasEnded = true;
      onEnd?.();
    },
    rest: async (forMs: number, canBeWoken: boolean): Promise<void> => {
      if (!hasEnded && !(canBeWoken && isWoken)) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, forMs);
          onEnd = () => (clearTimeout(timer), resolve());
          onWake = canBeWoken ? onEnd : null;
        });
      }
      onWake = onEnd = null;
      isWoken = false;
    },
  };
}
