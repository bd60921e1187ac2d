import type { Route } from '../route';
import { supplySchema } from '../schemas';

export const readSupply: Route = {
  method: 'GET',
  path: '/v1/supply',
  operationId: 'readSupply',
  scope: 'read',
  summary: 'What the gateways minted and burned, what is in flight, and whether it adds up.',
  answers: { 200: { description: 'At final blocks, a few seconds old at most.', schema: supplySchema } },
  errors: ['CHAIN_UNAVAILABLE'],
  handle: async (context) => ({ status: 200, body: { tokens: await context.supply() } }),
};
