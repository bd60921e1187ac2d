import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { followEvents, type EventFollower } from '../ledger/api/followEvents';
import type { NewEvent } from '../ledger/api/newEvents';
import type { ApiLedger } from '../ledger/createApiLedger';

/** Is told each event of its settlement; null: some may have been missed, and it has to begin anew. */
export type EventListener = (event: NewEvent | null) => void;

/** The one reader of new events in this process: what it costs grows with events, not with who listens; nothing while nobody does. */
export interface EventTail {
  /** Resolves when whoever listens within seconds from now on, and then reads what there is, misses nothing. */
  ready(): Promise<void>;
  /** Returns how to stop listening. */
  listen(settlementId: string, listener: EventListener): () => void;
  close(): Promise<void>;
}

const pollEveryMs = 200;
const troubleEveryMs = 1_000;

export function createEventTail(
  ledger: Pick<ApiLedger, 'newEvents'>,
  log: Logger,
  /** So long after the last of them has gone. */
  restAfterMs = 10_000,
): EventTail {
  const listeners = new Map<string, Set<EventListener>>();
  const ending = new AbortController();
  const { signal } = ending;
  const isOver = (): boolean => signal.aborted;
  let wantedAtMs = -Infinity;
  let wake: () => void = () => undefined;
  let ready = createGate();

  function isWanted(): boolean {
    if (listeners.size > 0 || ready.isAwaited()) wantedAtMs = Date.now();
    return Date.now() - wantedAtMs < restAfterMs;
  }

  async function follow(): Promise<void> {
    let follower: EventFollower | null = null;
    let epoch: number | null = null;
    while (!isOver()) {
      try {
        if (!isWanted()) {
          [follower, epoch, ready] = [null, null, createGate()];
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        follower ??= await begin(ledger, signal);
        ready.open();
        for (const event of await follower.next()) {
          for (const listener of listeners.get(event.settlementId) ?? []) listener(event);
        }
        if (follower.epoch !== (epoch ??= follower.epoch)) {
          [follower, epoch] = [null, null];
          for (const listener of [...listeners.values()].flatMap((own) => [...own])) listener(null);
        }
        await pause(pollEveryMs, undefined, { signal });
      } catch (error) {
        if (isOver()) return;
        log.warn(
          { error: error instanceof Error ? error.message : String(error) },
          'events cannot be followed for now',
        );
        await pause(troubleEveryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const following = follow();
  return {
    ready() {
      wantedAtMs = Date.now();
      wake();
      return ready.wait();
    },
    listen(settlementId, listener) {
      const own = listeners.get(settlementId) ?? new Set();
      listeners.set(settlementId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(settlementId) === own) listeners.delete(settlementId);
      };
    },
    async close() {
      ending.abort();
      wake();
      await following;
    },
  };
}

interface Gate {
  wait(): Promise<void>;
  /** Somebody waits at it, and it is closed. */
  isAwaited(): boolean;
  open(): void;
}

function createGate(): Gate {
  let [isAwaited, isOpen] = [false, false];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    wait() {
      isAwaited = true;
      return opened;
    },
    isAwaited: () => isAwaited && !isOpen,
    open() {
      isOpen = true;
      open();
    },
  };
}

/** From the newest event on. What was under way then may still bring events with lower ids: those must be there to be read. */
async function begin(ledger: Pick<ApiLedger, 'newEvents'>, signal: AbortSignal): Promise<EventFollower> {
  const { newest, begunBelow } = await ledger.newEvents(0n, 0);
  for (;;) {
    const { endedBelow } = await ledger.newEvents(0n, 0);
    if (endedBelow >= begunBelow) return followEvents(ledger.newEvents, newest);
    await pause(pollEveryMs, undefined, { signal });
  }
}
