import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { temporalLogger } from './createLogger';
import { histogramBuckets } from './histogramBuckets';

/**
 * Temporal's runtime for this process, once: with our log, and where `metricsAddress` (host:port) is given, with its own metrics and
 * ours at http://host:port/metrics for Prometheus. Returns the meter of ours; without an address it counts nothing.
 */
export function installRuntime(log: Logger, metricsAddress: string | null): MetricMeter {
  const logger = temporalLogger(log);
  if (metricsAddress === null) {
    Runtime.install({ logger });
    return noopMetricMeter;
  }
  const prometheus = {
    bindAddress: metricsAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: histogramBuckets,
  };
  const runtime = Runtime.install({ logger, telemetryOptions: { metrics: { prometheus } } });
  log.info({ metricsAddress }, 'metrics at /metrics');
  return runtime.metricMeter;
}
