import type { Endpoint, EndpointTuning } from './endpoint';

/** Those that may be used, in order of health: trusted, no failure lately, not behind the others, and then as configured. */
export function rankEndpoints(
  endpoints: Iterable<Endpoint>,
  { mostBlocksBehind, mistrustMs }: EndpointTuning,
): readonly Endpoint[] {
  const proven = [...endpoints].map((endpoint) => ({ endpoint, ...endpoint.state() })).filter((one) => one.proven);
  const highest = proven.reduce((most, { headNumber }) => ((headNumber ?? 0n) > most ? (headNumber ?? 0n) : most), 0n);
  const penalty = ({ failuresInARow, headNumber, disagreedAtMs }: (typeof proven)[number]): number =>
    (disagreedAtMs !== null && Date.now() - disagreedAtMs <= mistrustMs ? 4 : 0) +
    (failuresInARow > 0 ? 2 : 0) +
    (highest - (headNumber ?? 0n) > mostBlocksBehind ? 1 : 0);
  // The sort is stable.
  return proven.sort((a, b) => penalty(a) - penalty(b)).map(({ endpoint }) => endpoint);
}
