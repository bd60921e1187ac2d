import type { SpanContext } from '@opentelemetry/api';
import { RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace-base';

/** Random ids, but for a span that is begun within `with`. */
export interface GivenIds extends IdGenerator {
  with<T>(ids: Pick<SpanContext, 'traceId' | 'spanId'>, begin: () => T): T;
}

export function createGivenIds(): GivenIds {
  const random = new RandomIdGenerator();
  let given: Pick<SpanContext, 'traceId' | 'spanId'> | null = null;
  return {
    generateTraceId: () => given?.traceId ?? random.generateTraceId(),
    generateSpanId: () => given?.spanId ?? random.generateSpanId(),
    with(ids, begin) {
      given = ids;
      try {
        return begin(); // nothing is awaited in it: no other span takes them
      } finally {
        given = null;
      }
    },
  };
}
