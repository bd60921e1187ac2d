import { context, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { SettlementError } from '../domain/errors';

/** Names what the spans come from. Without a provider (no `tracing` in the configuration) none is made, and this costs nothing. */
const tracer = trace.getTracer('cross-chain-settlement');

/** Does the work within a span that ends with it; an error is told by its code and message alone. */
export function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const code = error instanceof SettlementError ? error.code : 'UNEXPECTED';
      span.setAttribute('settlement.error_code', code);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
