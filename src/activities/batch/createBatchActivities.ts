import type { BatchActivities } from '../../domain/batch';
import type { Dependencies } from '../dependencies';
import { toFailure } from '../toFailure';
import { burnBatch } from './burnBatch';
import { leaveBatch, type OpenOwnRun } from './leaveBatch';
import { mintBatch } from './mintBatch';

/** A batch's activities as a worker registers them. */
export function createBatchActivities(deps: Dependencies, openOwnRun: OpenOwnRun): BatchActivities {
  return {
    burnBatch: (request) => toFailure(() => burnBatch(deps, request)),
    mintBatch: (request) => toFailure(() => mintBatch(deps, request)),
    leaveBatch: (request) => toFailure(() => leaveBatch(deps, openOwnRun, request)),
  };
}
