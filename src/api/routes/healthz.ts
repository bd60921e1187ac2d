import { healthSchema } from '../schemas';
import type { Route } from '../route';

export const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  operationId: 'healthz',
  scope: null,
  summary: 'Whether this process answers.',
  answers: { 200: { description: 'It does.', schema: healthSchema } },
  errors: [],
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
};
