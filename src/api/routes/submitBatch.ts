import { z } from 'zod';
import { checkSignatures } from '../../client/batches/checkSignatures';
import { submitBatch as submit } from '../../client/batches/submitBatch';
import { ownsSettlement, type ApiToken } from '../../domain/apiToken';
import { PermanentError, TransientError } from '../../domain/errors';
import type { SignedOrder } from '../../domain/order';
import { parseSettlementId } from '../../domain/settlementId';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import type { ApiContext } from '../apiContext';
import { parseWith } from '../parseWith';
import { refuseDecimals } from '../refuseDecimals';
import type { Route } from '../route';
import { batchReceiptSchema, batchSchema } from '../schemas';

/** Only the outer shape: `parseOrder` and `parseSignature` know a code for everything inside. */
const envelope = z.strictObject({
  batchId: z.unknown(),
  orders: z.array(z.strictObject({ order: z.unknown(), signature: z.unknown() })),
});

/** Submits many signed orders at once; all of them are good, or none is written. */
export const submitBatch: Route = {
  method: 'POST',
  path: '/v1/batches',
  operationId: 'submitBatch',
  scope: 'submit',
  summary: 'Submit many signed orders under an id of their own. Safe to repeat, for ever.',
  body: { schema: batchSchema, required: true },
  bodyLimitOf: ({ batchBodyLimitBytes }) => batchBodyLimitBytes,
  answers: {
    201: { description: 'Accepted: every one of them is kept.', schema: batchReceiptSchema },
    200: { description: 'It stands already: the same answer as the first time.', schema: batchReceiptSchema },
  },
  errors: [
    ...(['AMOUNT_INVALID', 'AMOUNT_PRECISION', 'AMOUNT_OVERFLOW', 'SAME_CHAIN', 'UNKNOWN_CHAIN'] as const),
    ...(['ADDRESS_INVALID', 'ADDRESS_CHECKSUM', 'ADDRESS_ZERO', 'ADDRESS_FORBIDDEN', 'ID_INVALID'] as const),
    ...(['SIGNATURE_INVALID', 'DEADLINE_INVALID', 'ATTEMPTS_INVALID'] as const),
    ...(['IDEMPOTENCY_CONFLICT', 'QUOTA_EXCEEDED', 'CHAIN_UNAVAILABLE'] as const),
  ],
  async handle(context, { token, body }) {
    const { batchId: id, orders } = parseWith(envelope, body, 'the body');
    const batchId = parseSettlementId(id);
    requireOwn(token, batchId);
    orders.forEach(({ order }, at) => refuseDecimals(order, `order ${at + 1}: `));
    const admit = (checked: readonly NewBatchOrder[]): Promise<void> => admitAll(context, token, checked);
    const submitted = await submit({ ...context.client, ledger: context.ledger }, batchId, orders as SignedOrder[], {
      admit,
    });
    return {
      status: submitted.created ? 201 : 200,
      body: { batchId, size: submitted.size },
      headers: { location: `/v1/batches/${batchId}` },
    };
  },
};

function requireOwn(token: ApiToken, id: string): void {
  if (ownsSettlement(token, id)) return;
  throw new PermanentError('FORBIDDEN', `ids of this token begin with ${token.idPrefix ?? ''}`);
}

/** Its ids, who signed, and a place among the holder's open settlements, for each of them. */
async function admitAll(context: ApiContext, token: ApiToken, orders: readonly NewBatchOrder[]): Promise<void> {
  for (const { order } of orders) requireOwn(token, order.settlementId);
  await checkSignatures(context.client, orders);
  const maxOpen = context.client.config.api.maxOpenPerHolder;
  const full = await context.ledger.reserveSubmissions(
    orders.map(({ order }) => order),
    maxOpen,
  );
  if (full === null) return;
  throw new TransientError('QUOTA_EXCEEDED', `${full} would have more than ${maxOpen} open settlements`, {
    retryAfterMs: 10_000,
  });
}
