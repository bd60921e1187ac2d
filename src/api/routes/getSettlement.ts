import { ownSettlementId } from '../ownSettlementId';
import { readSettlement } from '../readSettlement';
import type { Route } from '../route';
import { recordSchema } from '../schemas';

export const getSettlement: Route = {
  method: 'GET',
  path: '/v1/settlements/{id}',
  operationId: 'getSettlement',
  scope: 'read',
  summary: 'How a settlement stands.',
  answers: { 200: { description: 'The record.', schema: recordSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID'],
  async handle(context, { token, params }) {
    return { status: 200, body: await readSettlement(context, ownSettlementId(token, params.id)) };
  },
};
