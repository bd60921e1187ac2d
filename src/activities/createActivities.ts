import type { AlertActivities } from '../domain/alert';
import type { ResolutionActivities } from '../domain/messages';
import type { AttemptRequest, SettlementActivities } from '../domain/steps';
import { burn } from './burn';
import { cancelMint } from './cancelMint';
import type { Dependencies } from './dependencies';
import { mint } from './mint';
import { recordResolution } from './recordResolution';
import { refund } from './refund';
import { reverseMint } from './reverseMint';
import { isBurnVanished, isFinal, isUndoStuck, tellingOperator, type IsCalled } from './tellingOperator';
import { toFailure } from './toFailure';
import { traced } from './traced';

/** The activities as a worker registers them, each with its errors told to Temporal in its own terms. */
export function createActivities(deps: Dependencies): SettlementActivities & AlertActivities & ResolutionActivities {
  /** A step past the burn, whose errors the ledger's row tells the operator where `isCalled` says so. */
  const told =
    <Request extends AttemptRequest, Result>(
      run: (deps: Dependencies, request: Request) => Promise<Result>,
      isCalled: IsCalled,
    ) =>
    (request: Request) =>
      toFailure(() => traced(request, () => tellingOperator(deps, request, isCalled, () => run(deps, request))));
  return {
    burn: (request) => toFailure(() => traced(request, () => burn(deps, request))),
    mint: told(mint, isBurnVanished),
    cancelMint: told(cancelMint, isUndoStuck),
    refund: told(refund, isUndoStuck),
    reverseMint: told(reverseMint, isFinal),
    recordResolution: (record) => toFailure(() => recordResolution(deps, record)),
    alert: (alert) => toFailure(() => deps.sendAlert(alert)),
  };
}
