import { openApiDocument } from '../openApiDocument';
import type { Route } from '../route';

/** Made of the routes themselves: what is not in it is not there. */
export function openapiRoute(others: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    path: '/v1/openapi.json',
    operationId: 'openapi',
    scope: null,
    summary: 'This API, as OpenAPI 3.1.',
    answers: { 200: { description: 'The document.', schema: null } },
    errors: [],
    handle: async () => ({ status: 200, body: document }),
  };
  const document = openApiDocument([...others, route]);
  return route;
}
