import type { Release } from '../../client/releases/listReleases';
import { failure, ok, type Finding } from './check';

/** What is to be said of a deployment's builds: who takes new settlements, and whose runs nobody drives. */
export function judgeReleases(deployment: string, releases: readonly Release[]): readonly Finding[] {
  const deserted = releases.filter(({ workers, openRuns }) => workers === 0 && openRuns > 0);
  return [lookAtNew(deployment, releases), ...deserted.map(toFinding)];
}

function lookAtNew(deployment: string, releases: readonly Release[]): Finding {
  const check = `releases of ${deployment}`;
  const taking = releases.filter(({ percent }) => (percent ?? 0) > 0);
  if (taking.length === 0) {
    const todo = "'settle release list' shows the builds; promote one, new settlements wait for it.";
    return failure('operator', check, 'no build takes new settlements', todo);
  }
  const told = taking.map(({ buildId, percent, workers }) => `${buildId}: ${percent} %, ${workers} workers`).join(', ');
  if (taking.every(({ workers }) => workers > 0)) return ok(check, told);
  return failure('unreachable', check, told, 'Start workers of that build, or promote one that has some.');
}

function toFinding({ buildId, openRuns }: Release): Finding {
  const todo = `Start workers of build ${buildId}, or hand over: settle release retire ${buildId}`;
  return failure('operator', `release ${buildId}`, `${openRuns} runs wait for it, and it has no workers`, todo);
}
