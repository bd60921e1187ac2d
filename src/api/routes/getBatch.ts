import { ownsSettlement } from '../../domain/apiToken';
import { PermanentError } from '../../domain/errors';
import { parseSettlementId } from '../../domain/settlementId';
import type { Route } from '../route';
import { batchReportSchema } from '../schemas';

export const getBatch: Route = {
  method: 'GET',
  path: '/v1/batches/{id}',
  operationId: 'getBatch',
  scope: 'read',
  summary: 'How the settlements of a batch stand, counted by status.',
  answers: { 200: { description: 'The counts.', schema: batchReportSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID'],
  async handle({ ledger }, { token, params }) {
    const batchId = parseSettlementId(params.id);
    const report = ownsSettlement(token, batchId) ? await ledger.readBatch(batchId) : null;
    // Another's is as unknown as one that never was.
    if (!report) throw new PermanentError('NOT_FOUND', `no batch ${batchId} is known`);
    return { status: 200, body: report };
  },
};
