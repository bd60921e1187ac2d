import { z } from 'zod';
import { retrySettlement as retry } from '../../client/retrySettlement';
import { ownSettlementId } from '../ownSettlementId';
import { parseWith } from '../parseWith';
import type { Route } from '../route';
import { recordSchema } from '../schemas';

const body = z
  .strictObject({
    requestId: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional()
      .describe('Your own id of this request: a repeat with it is the same request'),
  })
  .meta({ id: 'RetryRequest' });

export const retrySettlement: Route = {
  method: 'POST',
  path: '/v1/settlements/{id}/retry',
  operationId: 'retrySettlement',
  // An operator sees every settlement and submits none, and must be able to help all of them.
  scope: ['submit', 'operate'],
  summary: 'Try a failed settlement again, or tell one that compensates to go forward.',
  body: { schema: body, required: false },
  answers: { 200: { description: 'Taken: the record.', schema: recordSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID', 'NOT_RETRYABLE', 'EXPIRED', 'ATTEMPTS_EXHAUSTED'],
  async handle({ client }, { token, params, body: given }) {
    const settlementId = ownSettlementId(token, params.id);
    const { requestId } = parseWith(body, given ?? {}, 'the body');
    return { status: 200, body: await retry(client, settlementId, requestId) };
  },
};
