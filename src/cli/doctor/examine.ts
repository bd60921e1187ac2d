import { createChain } from '../../chains/chain';
import type { Config, Environment } from '../../config';
import type { Patient } from './check';
import { checkConfiguration } from './checkConfiguration';
import { checkEndpoints } from './checkEndpoints';
import { checkGateway } from './checkGateway';
import { checkHead } from './checkHead';
import { checkLedger } from './checkLedger';
import { checkReconciliation } from './checkReconciliation';
import { checkReleases } from './checkReleases';
import { checkSearchAttributes } from './checkSearchAttributes';
import { checkSigners } from './checkSigners';
import { checkTemporalServer } from './checkTemporalServer';
import { checkWorkers } from './checkWorkers';
import { createTemporalLink } from './createTemporalLink';
import { runCheck, type Examined } from './runCheck';

/** Looks at everything at once, each for so long at most. It writes nothing. */
export async function examine(
  { config, configPath, env }: { config: Config; configPath: string; env: Environment },
  withinMs: number,
): Promise<readonly Examined[]> {
  const patient: Patient = { config, env, chains: config.chains.map(createChain) };
  const { chains } = patient;
  const link = createTemporalLink(patient);
  const { blocksPerRead } = config.reconciliation;
  const checks = [
    checkConfiguration(patient, configPath),
    checkTemporalServer(patient, link),
    checkSearchAttributes(link),
    checkWorkers(patient, link),
    checkReleases(patient, link),
    checkReconciliation(patient, link),
    checkLedger(patient, withinMs),
    ...chains.flatMap((chain) => [
      checkEndpoints(chain),
      checkHead(chain),
      checkGateway(chain, chains),
      checkSigners(chain, blocksPerRead),
    ]),
  ];
  try {
    return (await Promise.all(checks.map((check) => runCheck(check, withinMs)))).flat();
  } finally {
    await link.close();
  }
}
