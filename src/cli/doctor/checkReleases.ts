import { listReleases } from '../../client/releases/listReleases';
import { ok, type Check, type Patient } from './check';
import type { TemporalLink } from './createTemporalLink';
import { judgeReleases } from './judgeReleases';

/** Whether new settlements go to a build that is there, and nobody waits for one that is not. */
export function checkReleases({ config }: Patient, link: TemporalLink): Check {
  const { deployment } = config.temporal;
  return {
    area: 'temporal',
    name: 'releases',
    async look() {
      if (!deployment) return [ok('releases', 'no deployment is named: any worker takes any run')];
      return judgeReleases(deployment.name, await listReleases({ client: await link.open(), config }));
    },
  };
}
