import { askTemporal } from '../../client/askTemporal';
import { isNotFound } from '../../client/readForgotten';
import { temporalTarget } from '../../temporalTarget';
import { failure, ok, type Check, type Patient } from './check';
import type { TemporalLink } from './createTemporalLink';

/** Is it there, which version, and has it the namespace. */
export function checkTemporalServer({ config, env }: Patient, link: TemporalLink): Check {
  const place = () => {
    const { connectionOptions, namespace } = temporalTarget(config, env);
    const from = env.namesTemporal ? "Temporal's environment" : 'the configuration';
    return { at: `${connectionOptions.address ?? 'localhost:7233'} (named by ${from})`, namespace };
  };
  return {
    area: 'temporal',
    name: 'server',
    async look() {
      const { at, namespace } = place();
      const { workflowService } = await link.open();
      const { serverVersion } = await askTemporal(() => workflowService.getSystemInfo({}));
      const server = ok('server', `${serverVersion} at ${at}`);
      try {
        const { config: kept } = await askTemporal(() => workflowService.describeNamespace({ namespace }));
        const days = Number(kept?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
        return [server, ok('namespace', `${namespace}, keeps closed runs for ${days.toFixed(1)} days`)];
      } catch (error) {
        if (!isNotFound(error)) throw error;
        const todo = `Create it (temporal operator namespace create -n ${namespace}), or name another.`;
        return [server, failure('configuration', 'namespace', `there is no ${namespace}`, todo)];
      }
    },
  };
}
