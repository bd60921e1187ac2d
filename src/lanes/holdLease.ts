import { TransientError } from '../domain/errors';
import { failpoint } from '../failpoint';
import type { Ledger } from '../ledger/createLedger';
import type { LaneLease } from '../ledger/ledger';
import { laneKeyOf } from '../ledger/transactions';

/** A lane's lease while this process extends it. */
export interface HeldLease {
  readonly lease: LaneLease;
  /** Aborted as soon as the lease may be somebody else's: from then on nothing new is signed. The fence makes sure of it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Takes the lane's lease and extends it until it is released or lost; null when another worker holds it. */
export async function holdLease(
  ledger: Ledger,
  lane: Omit<LaneLease, 'fence'>,
  ttlMs: number,
): Promise<HeldLease | null> {
  const key = laneKeyOf(lane);
  // Counted from before the question: the database's clock begins later.
  let sureUntil = Date.now() + ttlMs;
  const acquired = await ledger.acquire(key, lane.holder, ttlMs);
  if (!acquired) return null;
  failpoint('lease-acquired');

  const lost = new AbortController();
  const lose = (why: string): void => {
    clearInterval(timer);
    lost.abort(new TransientError('LEASE_LOST', `${key}: ${why}`));
  };
  const extend = async (): Promise<void> => {
    const askedAt = Date.now();
    try {
      if (!(await ledger.extend(acquired, ttlMs))) return lose('it ran out');
      sureUntil = askedAt + ttlMs;
    } catch {
      // Unknown: it may have been extended. Certain is only that it lasts until `sureUntil`.
    }
    if (Date.now() >= sureUntil) lose('it could not be extended in time');
  };
  const timer = setInterval(() => void extend(), ttlMs / 3);
  timer.unref();

  return {
    lease: { ...lane, fence: acquired.fence },
    lost: lost.signal,
    async release() {
      if (lost.signal.aborted) return;
      lose('it was given back');
      await ledger.release(acquired).catch(() => undefined); // else it runs out by itself
    },
  };
}
