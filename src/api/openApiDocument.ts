import { z } from 'zod';
import { errorCatalog, type ErrorCode } from '../domain/errorCodes';
import type { Route } from './route';
import { errorSchema, orderSchema } from './schemas';

/** Of every route; the address limit and what broke inside come before anything else. */
const ofAll: readonly ErrorCode[] = ['RATE_LIMITED', 'API_BUSY', 'INTERNAL'];
const withToken: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'LEDGER_UNAVAILABLE', 'TEMPORAL_UNAVAILABLE'];
const withBody: readonly ErrorCode[] = ['BAD_REQUEST', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

type Json = Readonly<Record<string, unknown>>;

/** The API in OpenAPI 3.1, from its routes and their schemas. */
export function openApiDocument(routes: readonly Route[]): Json {
  const { schemas, refer } = collectSchemas(routes);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, refer) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cross-chain settlement',
      version: '1',
      description:
        'Burn on the source chain, mint on the destination, or the tokens back. Everything here is safe to repeat.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

type Refer = (schema: z.ZodType) => Json;

/** Every named schema once; whoever uses one refers to it. */
function collectSchemas(routes: readonly Route[]): { readonly schemas: Json; readonly refer: Refer } {
  const used = routes.flatMap(({ body, answers }) => [
    ...(body ? [body.schema] : []),
    ...Object.values(answers).flatMap(({ schema }) => schema ?? []),
  ]);
  const named = z.registry<{ id: string }>();
  const names = new Map<z.ZodType, string>();
  for (const schema of new Set<z.ZodType>([errorSchema, orderSchema, ...used])) {
    const id = schema.meta()?.id;
    if (id === undefined) throw new Error('a body or answer of the API has no name');
    named.add(schema, { id });
    names.set(schema, id);
  }
  const refTo = (id: string): string => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(named, { uri: refTo });
  // Where a schema stands says who it is: an $id beside it would change what its references mean.
  const plain = Object.entries(schemas).map(([id, schema]) => [id, without(schema, '$id', '$schema')]);
  return { schemas: Object.fromEntries(plain) as Json, refer: (schema) => ({ $ref: refTo(names.get(schema) ?? '') }) };
}

function operationOf({ operationId, summary, scope, path, query, body, answers, errors }: Route, refer: Refer): Json {
  const json = (schema: z.ZodType | null): Json =>
    schema === null ? {} : { content: { 'application/json': { schema: refer(schema) } } };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const schema = without(z.toJSONSchema(field as z.ZodType), '$schema', 'description');
    const { description } = field as z.ZodType;
    return { name, in: 'query', required: false, ...(description === undefined ? {} : { description }), schema };
  });
  const codes = [
    ...ofAll,
    ...(scope ? withToken : []),
    ...(body ? withBody : query ? (['BAD_REQUEST'] as const) : []),
    ...errors,
  ];
  return {
    operationId,
    summary,
    description:
      scope === null
        ? 'Open to all.'
        : `Needs the scope ${[scope]
            .flat()
            .map((one) => `\`${one}\``)
            .join(' or ')}.`,
    security: scope === null ? [] : [{ token: [] }],
    parameters: [...inPath, ...inQuery],
    ...(body ? { requestBody: { required: body.required, ...json(body.schema) } } : {}),
    responses: {
      ...errorsOf(codes, refer),
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, schema }]) => [status, { description, ...json(schema) }]),
      ),
    },
  };
}

/** By status, with the codes that come under it. */
function errorsOf(codes: readonly ErrorCode[], refer: Refer): Json {
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of codes) {
    const { httpStatus } = errorCatalog[code];
    byStatus.set(httpStatus, (byStatus.get(httpStatus) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => [
      status,
      {
        description: [...all].sort().join(', '),
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } } }
          : {}),
        content: { 'application/json': { schema: refer(errorSchema) } },
      },
    ]),
  );
}

function without(json: object, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}
