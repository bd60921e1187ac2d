import { ROOT_CONTEXT, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { SettlementRecord } from '../domain/record';
import { isTerminal } from '../domain/status';
import type { GivenIds } from './givenIds';
import { settlementTrace } from './settlementTrace';

/** The span that all others of a settlement hang on: from its creation to its end, made by the process that writes the end. */
export function endOfSettlement(tracer: Tracer, ids: GivenIds): (record: SettlementRecord) => void {
  return (record) => {
    const { settlementId, status, errorCode, createdAt, updatedAt } = record;
    if (!isTerminal(status)) return;
    const attributes = {
      'settlement.id': settlementId,
      'settlement.status': status,
      'settlement.source': record.sourceChain,
      'settlement.destination': record.destinationChain,
      'settlement.attempt': record.attempt,
      'settlement.refunded': record.compensated,
      ...(errorCode === null ? {} : { 'settlement.error_code': errorCode }),
    };
    const span = ids.with(settlementTrace(settlementId), () =>
      tracer.startSpan('settlement', { attributes, startTime: new Date(createdAt) }, ROOT_CONTEXT),
    );
    if (status === 'FAILED') span.setStatus({ code: SpanStatusCode.ERROR, message: errorCode ?? status });
    span.end(new Date(updatedAt));
  };
}
