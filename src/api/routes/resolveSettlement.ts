import { z } from 'zod';
import { resolveSettlement as resolve } from '../../client/resolveSettlement';
import { resolutionActions } from '../../domain/messages';
import { ownSettlementId } from '../ownSettlementId';
import { parseWith } from '../parseWith';
import type { Route } from '../route';
import { recordSchema } from '../schemas';

const body = z
  .strictObject({
    action: z.enum(resolutionActions).describe('retry: forward; refund: back; complete: look again'),
    by: z.string().trim().min(1).max(200).describe('Who decides; kept for good'),
    evidence: z.string().trim().min(1).max(2_000).describe('On what grounds; kept for good'),
  })
  .meta({ id: 'Resolution' });

export const resolveSettlement: Route = {
  method: 'POST',
  path: '/v1/settlements/{id}/resolve',
  operationId: 'resolveSettlement',
  scope: 'operate',
  summary: 'An operator decides on a settlement that cannot go on alone; no action can move money twice.',
  body: { schema: body, required: true },
  answers: { 200: { description: 'Taken: the record.', schema: recordSchema } },
  errors: ['NOT_FOUND', 'ID_INVALID', 'NOT_RESOLVABLE'],
  async handle({ client }, { token, params, body: given }) {
    const settlementId = ownSettlementId(token, params.id);
    const { action, by, evidence } = parseWith(body, given, 'the body');
    // Whoever they say they are: the token is what is known of them.
    const resolution = { action, by: `${by} (token ${token.name})`, evidence };
    return { status: 200, body: await resolve(client, settlementId, resolution) };
  },
};
