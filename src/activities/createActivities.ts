import type { SettlementActivities } from '../domain/steps';
import { burn } from './burn';
import { cancelMint } from './cancelMint';
import type { Dependencies } from './dependencies';
import { mint } from './mint';
import { refund } from './refund';
import { reverseMint } from './reverseMint';
import { isUndoStuck, tellingOperator } from './tellingOperator';
import { toFailure } from './toFailure';

/** The activities as a worker registers them, each with its errors told to Temporal in its own terms. */
export function createActivities(deps: Dependencies): SettlementActivities {
  return {
    burn: (request) => toFailure(() => burn(deps, request)),
    mint: (request) =>
      toFailure(() =>
        tellingOperator(
          deps,
          request,
          ({ code }) => code === 'BURN_VANISHED',
          () => mint(deps, request),
        ),
      ),
    cancelMint: (request) =>
      toFailure(() => tellingOperator(deps, request, isUndoStuck(deps, request), () => cancelMint(deps, request))),
    refund: (request) =>
      toFailure(() => tellingOperator(deps, request, isUndoStuck(deps, request), () => refund(deps, request))),
    reverseMint: (request) =>
      toFailure(() =>
        tellingOperator(
          deps,
          request,
          ({ retryable }) => !retryable,
          () => reverseMint(deps, request),
        ),
      ),
  };
}
