import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { Config } from '../config';
import type { SettlementRecord } from '../domain/record';
import { endOfSettlement } from './endOfSettlement';
import { createGivenIds } from './givenIds';

export interface Tracing {
  /** To be told of every step that this process writes. */
  readonly onStep: (record: SettlementRecord) => void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Sends this process's spans to the OTLP receiver that the configuration names; where it names none, spans cost nothing. Which traces are
 * kept hangs on their ids alone, so all processes keep the same.
 */
export function startTracing({ tracing }: Config, service: 'worker' | 'api' | 'client'): Tracing {
  if (!tracing) return { onStep: () => undefined, close: async () => undefined };
  const sampler = new TraceIdRatioBasedSampler(tracing.sampleRatio);
  const ids = createGivenIds();
  const provider = new BasicTracerProvider({
    resource: new Resource({ [ATTR_SERVICE_NAME]: `settlement-${service}` }),
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: sampler, remoteParentSampled: sampler }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: tracing.otlpUrl }))],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return {
    onStep: endOfSettlement(provider.getTracer('cross-chain-settlement'), ids),
    close: () => provider.shutdown().catch(() => undefined),
  };
}
