import { z } from 'zod';
import { chainsOf, withChainNames } from '../../client/context';
import { conflict } from '../../client/findStanding';
import { startSettlement } from '../../client/startSettlement';
import { ownsSettlement } from '../../domain/apiToken';
import { PermanentError, TransientError } from '../../domain/errors';
import { fingerprintOf } from '../../domain/fingerprint';
import { orderToJson, type SettlementOrder, type SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSignature } from '../../domain/parseSignature';
import type { SettlementRecord } from '../../domain/record';
import { recordAtStart } from '../../domain/recordAtStart';
import { submissionLanes, type SubmissionLane } from '../../domain/submissionLane';
import type { ApiContext } from '../apiContext';
import { parseWith } from '../parseWith';
import { refuseDecimals } from '../refuseDecimals';
import type { Route } from '../route';
import { recordSchema, submissionSchema } from '../schemas';

/** Only the outer shape: `parseOrder` and `parseSignature` know a code for everything inside. */
const envelope = z.strictObject({
  order: z.unknown(),
  signature: z.unknown(),
  lane: z.enum(submissionLanes).optional(),
});

/**
 * Submits a signed order. The answer is a receipt: the record as it was accepted. Whoever lost it says the same again, and gets
 * the same for ever; how the settlement stands is for `getSettlement` to say.
 */
export const submitSettlement: Route = {
  method: 'POST',
  path: '/v1/settlements',
  operationId: 'submitSettlement',
  scope: 'submit',
  summary: 'Submit a signed order. Safe to repeat, for ever: the same order gets the same answer.',
  body: { schema: submissionSchema, required: true },
  answers: {
    201: { description: 'Accepted: the record as it was accepted.', schema: recordSchema },
    200: { description: 'It stands already: the same answer as the first time.', schema: recordSchema },
  },
  errors: [
    ...([
      'AMOUNT_INVALID',
      'AMOUNT_PRECISION',
      'AMOUNT_OVERFLOW',
      'AMOUNT_LIMIT',
      'INSUFFICIENT_FUNDS',
      'SAME_CHAIN',
    ] as const),
    ...(['UNKNOWN_CHAIN', 'UNKNOWN_TOKEN', 'ADDRESS_INVALID', 'ADDRESS_CHECKSUM', 'ADDRESS_ZERO'] as const),
    ...(['ADDRESS_FORBIDDEN', 'ID_INVALID', 'SIGNATURE_INVALID', 'DEADLINE_INVALID', 'ATTEMPTS_INVALID'] as const),
    ...(['REVOKED', 'ALREADY_REFUNDED', 'IDEMPOTENCY_CONFLICT', 'QUOTA_EXCEEDED', 'CHAIN_UNAVAILABLE'] as const),
  ],
  async handle(context, { token, body }) {
    const { order: json, signature, lane } = parseWith(envelope, body, 'the body');
    refuseDecimals(json);
    const order = parseOrder(json);
    const signed = { order: orderToJson(order), signature: parseSignature(signature) };
    const { settlementId } = order;
    if (!ownsSettlement(token, settlementId)) {
      throw new PermanentError('FORBIDDEN', `ids of this token begin with ${token.idPrefix ?? ''}`);
    }
    const { createdAt, created, isClaim = false } = await submit(context, order, signed, lane);
    if (created) context.submissions.note();
    const accepted = withChainNames(context.client.config, recordAtStart(signed.order, new Date(createdAt)));
    return {
      status: created ? 201 : 200,
      body: isClaim ? accepted : await context.ledger.keepAnswer(accepted),
      headers: { location: `/v1/settlements/${settlementId}` },
    };
  },
};

interface Submitted extends Pick<SettlementRecord, 'createdAt'> {
  readonly created: boolean;
  /** The ledger keeps when it was accepted; the answer need not be kept as well. */
  readonly isClaim?: boolean;
}

async function submit(
  context: ApiContext,
  order: SettlementOrder,
  signed: SignedOrder,
  lane: SubmissionLane | undefined,
): Promise<Submitted> {
  const { client, ledger, intake, submissions } = context;
  const fingerprint = fingerprintOf(order, chainsOf(client, order).source.config.gateway);
  const { bulkAbovePerSecond } = client.config.api;
  const isMany = bulkAbovePerSecond !== null && submissions.perSecond() >= bulkAbovePerSecond;
  if (lane === 'bulk' || (lane === undefined && isMany)) {
    const { signature } = signed;
    const accepted = await intake.accept({ order, json: signed.order, signature, fingerprint });
    if (accepted) return { createdAt: accepted.claimedAt.toISOString(), created: accepted.created, isClaim: true };
  }
  const { settlementId } = order;
  // What has entered the ledger stands: neither chains nor Temporal need to be there to say so.
  const [row, claim] = await Promise.all([ledger.find(settlementId), ledger.findClaim(settlementId)]);
  const standing = row ?? claim;
  if (standing && standing.fingerprint !== fingerprint) throw conflict(settlementId);
  if (!claim) {
    return row ? { createdAt: row.record.createdAt, created: false } : startAlone(context, order, signed);
  }
  // Who asks for a run of its own for what its batch has not begun gets one.
  if (!row && lane === 'single') await startAlone(context, order, signed);
  return { createdAt: claim.claimedAt.toISOString(), created: false, isClaim: true };
}

async function startAlone(
  { client, ledger }: ApiContext,
  order: SettlementOrder,
  signed: SignedOrder,
): Promise<Submitted> {
  const place = { reserved: false };
  const admit = async (): Promise<void> => {
    place.reserved = await reserve({ client, ledger }, order);
  };
  try {
    const { record, created } = await startSettlement(client, signed, { admit, mustBeChecked: true });
    return { createdAt: record.createdAt, created };
  } catch (error) {
    // Refused for good: it is no open settlement. What is unknown keeps its place.
    if (place.reserved && error instanceof PermanentError) await ledger.releaseSubmission(order.settlementId);
    throw error;
  }
}

/** @throws TransientError QUOTA_EXCEEDED */
async function reserve(
  { client, ledger }: Pick<ApiContext, 'client' | 'ledger'>,
  { settlementId, holder }: SettlementOrder,
): Promise<boolean> {
  const maxOpen = client.config.api.maxOpenPerHolder;
  const outcome = await ledger.reserveSubmission({ settlementId, holder, maxOpen });
  if (outcome !== 'full') return outcome === 'reserved';
  throw new TransientError('QUOTA_EXCEEDED', `the holder has ${maxOpen} open settlements, the most there may be`, {
    retryAfterMs: 10_000,
  });
}
