import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricCounter, MetricGauge, MetricHistogram, MetricMeter } from '@temporalio/common';
import { noopMetricMeter } from '@temporalio/common';
import { pino } from 'pino';
import type { Config } from '../../../src/config';
import { createLaneMetrics } from '../../../src/lanes/laneMetrics';
import type { Ledger } from '../../../src/ledger/createLedger';
import { projectRoot } from '../../../src/local/projectRoot';
import { countSteps } from '../../../src/observability/countSteps';
import { createAlertSender } from '../../../src/observability/createAlertSender';
import { histogramBuckets } from '../../../src/observability/histogramBuckets';
import { sampleChains } from '../../../src/observability/sampleChains';
import { sampleLedger } from '../../../src/observability/sampleLedger';
import { createReconciliationMetrics } from '../../../src/reconciliation/reconciliationMetrics';
import { alertRules, dashboard, expressions } from '../../support/monitoringFiles';
import { metricsOf } from '../../support/promql';

/** Notes what is created, by the names that Prometheus then shows. */
function recordingMeter(names: Set<string>): MetricMeter {
  const meter: MetricMeter = {
    createCounter(name): MetricCounter {
      names.add(`${name}_total`);
      return noopMetricMeter.createCounter(name);
    },
    createHistogram(name): MetricHistogram {
      for (const part of ['bucket', 'sum', 'count']) names.add(`${name}_${part}`);
      return noopMetricMeter.createHistogram(name);
    },
    createGauge(name): MetricGauge {
      names.add(name);
      return noopMetricMeter.createGauge(name);
    },
    withTags: () => meter,
  };
  return meter;
}

async function ourMetrics(): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const meter = recordingMeter(names);
  createLaneMetrics(meter, 'alder', '0x');
  countSteps(meter);
  sampleLedger(meter, {} as Ledger, ['alder', 'birch']);
  sampleChains(meter, []);
  createReconciliationMetrics(meter);
  await createAlertSender({} as Config, pino({ level: 'silent' }), meter);
  return names;
}

describe('the alert rules and the dashboard', () => {
  // What is Temporal's own is held against a real scrape: test/integration/metrics.test.ts.
  it('name no metric of ours that does not exist', async () => {
    const known = await ourMetrics();
    const named = expressions().flatMap(metricsOf);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => name.startsWith('settlement_') && !known.has(name))).toEqual([]);
  });

  it('leave none of ours unshown', async () => {
    const shown = new Set(expressions().flatMap(metricsOf));
    // Sum and count come with their buckets.
    const notShown = [...(await ourMetrics())].filter((name) => !shown.has(name) && !/_(sum|count)$/.test(name));
    expect(notShown.filter((name) => !shown.has(name.replace(/_bucket$/, '_sum')))).toEqual([]);
  });

  it('have buckets for every histogram of ours, and for nothing else', async () => {
    const histograms = [...(await ourMetrics())].flatMap((name) => /^(.*)_bucket$/.exec(name)?.[1] ?? []);
    expect(Object.keys(histogramBuckets).sort()).toEqual(histograms.sort());
  });

  it('say for each alert how bad it is and what to do', () => {
    const runbook = readFileSync(join(projectRoot(), 'docs', 'operating.md'), 'utf8');
    for (const { alert, labels, annotations } of alertRules()) {
      expect(['critical', 'error', 'warning']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
      expect(annotations.runbook).toBe(`docs/operating.md#${alert.toLowerCase()}`);
      expect(runbook).toContain(`\n### ${alert}\n`);
    }
    const explained = [...runbook.matchAll(/^### (Settlement\w+)$/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(
      alertRules()
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it('have panels with ids of their own, each with something to show', () => {
    const { panels } = dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ type, targets }) => type !== 'row' && !targets?.length)).toEqual([]);
  });
});

describe('metricsOf', () => {
  it('reads expressions, and refuses what is none', () => {
    expect(metricsOf('max by (a) (rate(b_total{c="d"}[5m])) / f > 0')).toEqual(['b_total', 'f']);
    expect(() => metricsOf('max by (a (b)')).toThrow('not PromQL');
  });
});
