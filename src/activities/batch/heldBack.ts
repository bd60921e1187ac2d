import { TransientError } from '../../domain/errors';
import type { BatchItem } from './readItems';

/** Few reads for all of them; whoever waits is gone on with soon after it is over. */
const againAfterMs = 5_000;

/** What every one of them waits for is the chains' state of the hour: a pause, a disabled route, a limit that is used up. */
export function heldBack(items: readonly BatchItem[], step: 'burned' | 'minted'): TransientError {
  return new TransientError(
    'TRANSIENT_REFUSAL',
    `${items.length} of a batch cannot be ${step} now: paused, disabled, or a limit is used up`,
    { retryAfterMs: againAfterMs },
  );
}
