import { z } from 'zod';
import type { Config } from '../../config';
import { parseAddress } from '../../domain/address';
import { PermanentError } from '../../domain/errors';
import { quote } from '../../domain/quote';
import { parseSettlementId } from '../../domain/settlementId';
import { statuses, type SettlementStatus } from '../../domain/status';
import type { Search } from '../../ledger/api/searchSettlements';
import { decodeCursor, encodeCursor } from '../cursor';
import { parseWith } from '../parseWith';
import type { Route } from '../route';
import { pageSchema } from '../schemas';

const query = z.strictObject({
  status: z
    .string()
    .optional()
    .describe(`By commas, of ${statuses.join(', ')}`),
  route: z.string().optional().describe('Source and destination, for example alder-birch'),
  holder: z.string().optional(),
  recipient: z.string().optional(),
  needsOperator: z.enum(['true', 'false']).optional(),
  q: z
    .string()
    .optional()
    .describe('A settlement id, an address of holder or recipient, or the hash of a burn, mint or refund'),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .optional()
    .describe('1 to 200; 50 unless given'),
  cursor: z.string().optional().describe('nextCursor of the page before'),
});

const [usualLimit, mostLimit] = [50, 200];

/** A token's settlements, newest first. What was submitted a moment ago is in it once it has entered the ledger. */
export const listSettlements: Route = {
  method: 'GET',
  path: '/v1/settlements',
  operationId: 'listSettlements',
  scope: 'read',
  summary: 'Settlements, newest first, by page; filters are combined.',
  query,
  answers: { 200: { description: 'A page.', schema: pageSchema } },
  errors: ['ID_INVALID', 'ADDRESS_INVALID', 'ADDRESS_CHECKSUM', 'ADDRESS_ZERO', 'UNKNOWN_CHAIN'],
  async handle({ ledger, client }, { token, query: given }) {
    const search = searchOf(parseWith(query, given, 'the query'), client.config);
    const { records, next } = await ledger.search({ ...search, idPrefix: token.idPrefix });
    return { status: 200, body: { settlements: records, nextCursor: next === null ? null : encodeCursor(next) } };
  },
};

function searchOf(given: z.output<typeof query>, config: Config): Omit<Search, 'idPrefix'> {
  const { status, route, holder, recipient, needsOperator, q, limit, cursor } = given;
  const limitCount = Number(limit ?? usualLimit);
  if (limitCount > mostLimit) throw new PermanentError('BAD_REQUEST', `the query.limit: at most ${mostLimit}`);
  return {
    limit: limitCount,
    ...(cursor !== undefined && { before: decodeCursor(cursor) }),
    ...(status !== undefined && { status: status.split(',').map(parseStatus) }),
    ...(route !== undefined && { route: parseRoute(config, route) }),
    ...(holder !== undefined && { holder: parseAddress(holder, 'holder') }),
    ...(recipient !== undefined && { recipient: parseAddress(recipient, 'recipient') }),
    ...(needsOperator !== undefined && { needsOperator: needsOperator === 'true' }),
    ...(q !== undefined && parseSought(q)),
  };
}

function parseStatus(text: string): SettlementStatus {
  const known = statuses.find((status) => status === text);
  if (known) return known;
  throw new PermanentError('BAD_REQUEST', `the query.status: ${quote(text)} is not one of ${statuses.join(', ')}`);
}

/** As the search attribute of a run writes it; a name may have hyphens itself, so it is compared and not taken apart. */
function parseRoute({ chains }: Config, text: string): NonNullable<Search['route']> {
  for (const source of chains) {
    for (const destination of chains) {
      if (source === destination || `${source.name}-${destination.name}` !== text) continue;
      return { sourceChain: source.name, destinationChain: destination.name };
    }
  }
  throw new PermanentError(
    'UNKNOWN_CHAIN',
    `no route ${quote(text)}; known: ${chains.map(({ name }) => name).join(', ')}`,
  );
}

/** What somebody has in hand, told apart by its shape. An id that looks like an address is found by `getSettlement`. */
function parseSought(text: string): Pick<Search, 'settlementId' | 'address' | 'txHash'> {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return { txHash: text.toLowerCase() };
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return { address: parseAddress(text, 'q') };
  return { settlementId: parseSettlementId(text) };
}
