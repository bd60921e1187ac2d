import { PermanentError } from '../../domain/errors';
import { quote } from '../../domain/quote';
import { isTerminal } from '../../domain/status';
import { ownSettlementId } from '../ownSettlementId';
import { readSettlement } from '../readSettlement';
import type { Route } from '../route';

/**
 * What happens to a settlement, as it happens. An event's id is its number in the ledger; who comes back with `Last-Event-ID` gets what
 * follows, nothing twice and nothing left out. The stream ends with the settlement; a client that has all of it is told 204, which
 * keeps an EventSource from coming back.
 */
export const streamEvents: Route = {
  method: 'GET',
  path: '/v1/settlements/{id}/events',
  operationId: 'streamEvents',
  scope: 'read',
  summary: "A settlement's events as server-sent events; resume with Last-Event-ID.",
  answers: {
    200: { description: 'text/event-stream: `event: settlement`, `id`: the number of the event.', schema: null },
    204: { description: 'It has ended, and the client has all of it.', schema: null },
  },
  errors: ['NOT_FOUND', 'ID_INVALID', 'BAD_REQUEST'],
  async handle(context, { token, params, request, reply }) {
    const settlementId = ownSettlementId(token, params.id);
    const after = parseLastEventId(request.headers['last-event-id']);
    const place = context.streams.admit(token.id);
    try {
      const { status } = await readSettlement(context, settlementId);
      await context.tail.ready();
      if (isTerminal(status) && (await context.ledger.eventsOf(settlementId, after)).length === 0) {
        place.leave();
        return { status: 204, body: undefined };
      }
      // It took too long, and the client was told so.
      if (reply.sent) {
        place.leave();
        return null;
      }
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Readonly<Record<string, string>>),
        'content-type': 'text/event-stream; charset=utf-8',
        connection: 'close',
        // A proxy in front must not wait for more.
        'x-accel-buffering': 'no',
      });
      reply.raw.flushHeaders();
      await place.open(reply.raw, { tokenId: token.id, settlementId, after });
      return null;
    } catch (error) {
      place.leave();
      throw error;
    }
  },
};

/** @throws PermanentError BAD_REQUEST */
function parseLastEventId(given: string | readonly string[] | undefined): number {
  if (given === undefined || given === '') return 0;
  if (typeof given === 'string' && /^[0-9]{1,9}$/.test(given)) return Number(given);
  throw new PermanentError('BAD_REQUEST', `Last-Event-ID ${quote(String(given))} is not the number of an event`);
}
