/** A worker process that ended though nobody ended it. Times are of `performance.now()`. */
export interface OwnExit {
  readonly name: string;
  /** It was up; else it gave up on its way there. */
  readonly polled: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How it ended, and its last words. */
  readonly how: string;
}

/** A fault while it was on, under which a worker on its way up may give up: a chain, the ledger or Temporal is away or lies. */
export interface FaultSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those that no fault explains: one that polled must never end by itself, one that starts only when something it asks for is broken. */
export function unmeantExits(exits: readonly OwnExit[], spans: readonly FaultSpan[]): readonly string[] {
  return exits
    .filter(({ polled, startedAtMs, endedAtMs }) => {
      const wasHindered = spans.some(({ fromMs, toMs }) => startedAtMs <= toMs && endedAtMs >= fromMs);
      return polled || !wasHindered;
    })
    .map(({ name, polled, how }) => `${name} ended by itself ${polled ? 'while it polled' : 'at its start'}: ${how}`);
}
