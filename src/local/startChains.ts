import { existsSync, rmSync } from 'node:fs';
import { ConfigError } from '../domain/errors';
import { startAnvil, type Anvil } from './anvil';
import { readMark } from './chainMark';
import { contractsHash, deployChainPair, type Deployment } from './deploy';
import { isDeployed, loadDeployment, saveDeployment } from './loadDeployment';
import { rpcCall } from './rpcCall';
import { saveChainState } from './saveChainState';
import type { StackPaths } from './stackPaths';
import type { Guard } from './startGuard';
import { verifyChainMark } from './verifyChainMark';

const chains = [
  { name: 'alder', chainId: 31337, port: 8545 },
  { name: 'birch', chainId: 31338, port: 8546 },
] as const;

/** A chain that was loaded can be read at its latest block only; "final" is some blocks behind. */
const blocksAfterLoad = 3;

export interface StartedChains {
  readonly anvils: readonly Anvil[];
  readonly deployment: Deployment;
}

/**
 * Starts both chains: as they were left, or new and deployed when there is no deployment yet.
 * @throws ConfigError CHAIN_MISMATCH when a chain lost what it held
 */
export async function startChains(
  paths: StackPaths,
  guard: Guard,
  say: (line: string) => void,
): Promise<StartedChains> {
  const known = isDeployed(paths.deployment);
  // Without a deployment nothing was ever settled here; what lies there is of a start that was cut short.
  if (!known) rmSync(paths.chainsFolder, { recursive: true, force: true });
  const anvils = await Promise.all(
    chains.map(async ({ name, chainId, port }) => {
      const statePath = paths.chainState(name);
      if (known && !existsSync(statePath) && !existsSync(`${statePath}.exit`)) throw lost(name, `${statePath} is gone`);
      try {
        return await startAnvil({ name, chainId, port, statePath, logFile: paths.log(name), guard });
      } catch (cause) {
        throw known ? lost(name, cause instanceof Error ? cause.message : String(cause)) : cause;
      }
    }),
  );
  return { anvils, deployment: known ? await resume(paths, anvils, say) : await deploy(paths, anvils, say) };
}

async function deploy(paths: StackPaths, anvils: readonly Anvil[], say: (line: string) => void): Promise<Deployment> {
  const deployment = await deployChainPair(anvils);
  // The states first: a deployment that is on record must be there however this process ends.
  await Promise.all(anvils.map(({ name, rpcUrl }) => saveChainState(rpcUrl, paths.chainState(name))));
  saveDeployment(paths.deployment, deployment);
  say('contracts deployed on both chains');
  return deployment;
}

async function resume(paths: StackPaths, anvils: readonly Anvil[], say: (line: string) => void): Promise<Deployment> {
  await Promise.all(
    anvils.map(async (anvil) => {
      const mark = readMark(paths.chainMark(anvil.name));
      if (mark) await verifyChainMark(anvil, mark);
      await rpcCall(anvil.rpcUrl, 'anvil_mine', [`0x${blocksAfterLoad.toString(16)}`]);
    }),
  );
  const deployment = loadDeployment(paths.deployment, anvils);
  say('both chains are as they were left');
  if (deployment.contractsHash !== contractsHash) {
    say(
      'note: the contracts in this folder have changed since they were deployed here; npm start -- --fresh deploys them',
    );
  }
  return deployment;
}

function lost(name: string, why: string): ConfigError {
  return new ConfigError(
    'CHAIN_MISMATCH',
    `chain ${name} cannot be brought back: ${why}. The way out is to begin anew, with empty chains and an empty Temporal: ` +
      'npm start -- --fresh',
  );
}
