import { z } from 'zod';
import { cancelSettlement as cancel } from '../../client/cancelSettlement';
import { ownSettlementId } from '../ownSettlementId';
import { parseWith } from '../parseWith';
import type { Route } from '../route';
import { recordSchema } from '../schemas';

const body = z.strictObject({}).meta({ id: 'CancelRequest' });

export const cancelSettlement: Route = {
  method: 'POST',
  path: '/v1/settlements/{id}/cancel',
  operationId: 'cancelSettlement',
  // An operator sees every settlement and submits none, and must be able to help all of them.
  scope: ['submit', 'operate'],
  summary:
    'Ask for a settlement not to happen; once burned, the holder gets the tokens back unless the mint is quicker.',
  body: { schema: body, required: false },
  answers: { 200: { description: 'Taken: the record.', schema: recordSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID', 'NOT_CANCELLABLE'],
  async handle({ client }, { token, params, body: given }) {
    const settlementId = ownSettlementId(token, params.id);
    parseWith(body, given ?? {}, 'the body');
    return { status: 200, body: await cancel(client, settlementId) };
  },
};
