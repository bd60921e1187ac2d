import { ROOT_CONTEXT, trace, TraceFlags, type Context, type SpanContext } from '@opentelemetry/api';
import { settlementKeyOf } from '../domain/fingerprint';

/**
 * The one trace of a settlement: its id is the first 16 bytes of the settlement's key in the gateways' slots, so whoever has a part of
 * it (an id, an event on chain) can find it, and no context has to travel through a workflow, a retry or a crash.
 */
export function settlementTrace(settlementId: string): SpanContext {
  const key = settlementKeyOf(settlementId).slice(2);
  return { traceId: key.slice(0, 32), spanId: key.slice(32, 48), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** In which spans of the settlement begin. */
export function settlementContext(settlementId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, settlementTrace(settlementId));
}
