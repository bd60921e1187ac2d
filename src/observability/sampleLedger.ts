import type { MetricMeter, MetricTags } from '@temporalio/common';
import { isTerminal, statuses } from '../domain/status';
import type { Ledger } from '../ledger/createLedger';
import { gaugeGroup } from './gaugeGroup';

/** Reads what the ledger says of all settlements. Every worker says the same: dashboards take the maximum, not the sum. */
export function sampleLedger(meter: MetricMeter, ledger: Ledger, chainNames: readonly string[]): () => Promise<void> {
  const routes = chainNames.flatMap((source) =>
    chainNames.filter((name) => name !== source).map((destination) => ({ source, destination })),
  );
  const underWay = statuses.filter((status) => !isTerminal(status));
  const routesByStatus = routes.flatMap((route) => underWay.map((status) => ({ ...route, status })));
  const gauge = (name: string, text: string, always: readonly MetricTags[]) =>
    gaugeGroup(meter.createGauge(name, 'float', undefined, text), always);
  const open = gauge('settlement_open', 'settlements under way', routesByStatus);
  const quietest = gauge('settlement_quietest_seconds', 'since the one that changed last so long ago', routesByStatus);
  const operator = gauge('settlement_needs_operator', 'settlements that wait for an operator, by reason', routes);
  const paused = gauge('settlement_route_paused', '1 while nothing new is sent on the route', routes);
  return async () => {
    const [counts, pauses] = await Promise.all([ledger.openCounts(), ledger.routePauses()]);
    const grouped = counts.map(({ sourceChain, destinationChain, status, ...rest }) => ({
      tags: { source: sourceChain, destination: destinationChain, status },
      ...rest,
    }));
    const calling = grouped.flatMap(({ tags: { source, destination }, operatorCode, count }) =>
      operatorCode === null ? [] : [{ tags: { source, destination, code: operatorCode }, value: count }],
    );
    open(
      merged(
        grouped.map(({ tags, count }) => ({ tags, value: count })),
        (a, b) => a + b,
      ),
    );
    quietest(
      merged(
        grouped.map(({ tags, quietestSeconds }) => ({ tags, value: quietestSeconds })),
        Math.max,
      ),
    );
    operator(merged(calling, (a, b) => a + b));
    paused(
      pauses.map(({ sourceChain, destinationChain }) => ({
        tags: { source: sourceChain, destination: destinationChain },
        value: 1,
      })),
    );
  };
}

interface Sample {
  readonly tags: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One value for each set of tags. */
function merged(samples: readonly Sample[], join: (a: number, b: number) => number): readonly Sample[] {
  const byTags = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(sample.tags);
    const known = byTags.get(key);
    byTags.set(key, known ? { ...known, value: join(known.value, sample.value) } : sample);
  }
  return [...byTags.values()];
}
