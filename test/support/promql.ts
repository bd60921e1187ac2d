import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression reads, by Prometheus's own grammar. @throws Error where the grammar finds a mistake */
export function metricsOf(expr: string): readonly string[] {
  const names = new Set<string>();
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expr}`);
      if (type.name === 'Identifier') names.add(expr.slice(from, to));
    },
  });
  return [...names];
}
