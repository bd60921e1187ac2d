import { pick, createRandom } from '../random';
import { brokenFinalities } from './brokenFinality';
import type { Finale } from './finale';

export const finales: readonly Finale[] = [...brokenFinalities];

/** Of what is asked for; half of the seeds that ask for nothing special have none. */
export function drawFinale(seed: number, only: readonly number[] | undefined): Finale | null {
  const random = createRandom(seed * 7 + 3);
  const wanted = finales.filter(({ number }) => only?.includes(number) ?? true);
  if (wanted.length === 0 || (only === undefined && random() < 0.5)) return null;
  return pick(random, wanted);
}
