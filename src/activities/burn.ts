import { PermanentError } from '../domain/errors';
import { parseOrder } from '../domain/parseOrder';
import type { Burned, BurnRequest } from '../domain/steps';
import { burnUntilFinal } from './burnUntilFinal';
import { createPace } from './createPace';
import type { Dependencies } from './dependencies';
import { endUnburned } from './endUnburned';

/**
 * Takes a settlement from PENDING to BURNED: enters it in the ledger, checks the order, burns the holder's tokens on the source
 * chain and waits until that is final. Safe to run any number of times: the slot is asked first.
 * @throws PermanentError (CANCELLED among them) only with a proof that no burn of this attempt can land any more, and then the
 * ledger says FAILED; whatever is unknown is transient. An order that is none at all needs no proof.
 */
export async function burn(deps: Dependencies, request: BurnRequest): Promise<Burned> {
  const order = parseOrder(request.order);
  const pace = createPace({ withhold: request.withhold === true });
  try {
    return await burnUntilFinal(deps, order, request, pace);
  } catch (error) {
    if (error instanceof PermanentError) await endUnburned(deps, order, pace.execution.runId, error);
    throw error;
  }
}
