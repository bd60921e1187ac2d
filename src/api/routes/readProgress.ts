import type { Progress } from '../../client/progress/progress';
import { PermanentError } from '../../domain/errors';
import { ownSettlementId, unknownSettlement } from '../ownSettlementId';
import type { Route } from '../route';
import { progressSchema } from '../schemas';

export const readProgress: Route = {
  method: 'GET',
  path: '/v1/settlements/{id}/progress',
  operationId: 'readProgress',
  scope: 'read',
  summary: 'A settlement step by step: hashes, blocks, confirmations, and what is tried again.',
  answers: { 200: { description: 'A second old at most.', schema: progressSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID'],
  async handle({ progress }, { token, params }) {
    const settlementId = ownSettlementId(token, params.id);
    return { status: 200, body: toldOf(await progress(settlementId).catch(refuse)) };

    function refuse(error: unknown): never {
      // A raw start of what is no order left a run and no settlement.
      throw error instanceof PermanentError ? unknownSettlement(settlementId) : error;
    }
  },
};

/** Messages of what is inside name hosts: who was silent is told, and with which code something failed, no more. */
function toldOf({ record, steps, run, pending, silent }: Progress) {
  return {
    record,
    steps,
    run,
    pending: pending.map(({ activity, attempt, lastFailure, nextAttemptAt }) => ({
      ...{ activity, attempt, nextAttemptAt },
      lastFailure: lastFailure?.code ?? null,
    })),
    silent: silent.map(({ who }) => who),
  };
}
