import type { EventPage, NewEvent } from './newEvents';

/** Every event once, in order within its settlement. */
export interface EventFollower {
  /** What is new. */
  next(): Promise<readonly NewEvent[]>;
  /** Every event up to here was returned: who starts there again misses nothing. */
  readonly through: bigint;
  /** The ledger's, when it was last asked. Another one: it was restored, ids went back, and this follower is of no more use. */
  readonly epoch: number | null;
}

const pageSize = 1_000;

/**
 * Follows the ledger's events by their ids. Ids are given out in one order and committed in another: a missing one may be on its way,
 * or of a transaction that was rolled back. It is waited for until every transaction that could bring it has ended.
 */
export function followEvents(
  read: (after: bigint, limit: number) => Promise<EventPage>,
  startAfter: bigint,
): EventFollower {
  let through = startAfter;
  /** Ids above `through` that were returned: they lie behind a gap. */
  const seen = new Set<bigint>();
  /** Up to `id` nothing can be missing once every transaction before `begunBelow` has ended. */
  let gap: { readonly id: bigint; readonly begunBelow: bigint } | null = null;

  let epoch: number | null = null;

  function advance(): void {
    while (seen.delete(through + 1n)) through += 1n;
  }

  async function next(): Promise<readonly NewEvent[]> {
    const fresh: NewEvent[] = [];
    let after = through;
    let page = await read(after, pageSize);
    // By the first page's snapshot: what had ended by then is in this page or a later one.
    const { endedBelow } = page;
    epoch = page.epoch;
    for (;;) {
      for (const event of page.events) {
        after = event.id;
        if (seen.has(event.id)) continue;
        seen.add(event.id);
        fresh.push(event);
      }
      const isLast = page.events.length < pageSize;
      if (isLast || (fresh.length >= pageSize && after >= (gap?.id ?? 0n))) break;
      page = await read(after, pageSize);
    }
    if (gap && endedBelow >= gap.begunBelow) {
      through = gap.id > through ? gap.id : through;
      for (const id of seen) if (id <= through) seen.delete(id);
      gap = null;
    }
    advance();
    if (seen.size > 0) gap ??= { id: after, begunBelow: page.begunBelow };
    else gap = null;
    return fresh;
  }

  return {
    next,
    get through() {
      return through;
    },
    get epoch() {
      return epoch;
    },
  };
}
