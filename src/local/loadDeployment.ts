import { existsSync, readFileSync } from 'node:fs';
import type { Endpoint } from './createDeployer';
import { deploymentOf, type DeployedChain, type Deployment } from './deploy';
import { writeFileAtomically } from './writeFileAtomically';

type SavedChain = Omit<DeployedChain, 'rpcUrl'>;

interface SavedDeployment {
  readonly chains: readonly SavedChain[];
  readonly contractsHash: Deployment['contractsHash'];
}

export function isDeployed(file: string): boolean {
  return existsSync(file);
}

/** The deployment as it was saved, at the endpoints of this run: ports may differ from run to run. */
export function loadDeployment(file: string, endpoints: readonly Endpoint[]): Deployment {
  const saved = JSON.parse(readFileSync(file, 'utf8')) as SavedDeployment;
  const chains = saved.chains.map((chain) => {
    const endpoint = endpoints.find(({ chainId }) => chainId === chain.chainId);
    if (!endpoint) throw new Error(`${file} names chain ${chain.chainId}, which is not one of this stack`);
    return { ...chain, rpcUrl: endpoint.rpcUrl };
  });
  return { ...deploymentOf(chains), contractsHash: saved.contractsHash };
}

export function saveDeployment(file: string, { chains, contractsHash }: Deployment): void {
  const saved: SavedDeployment = {
    // All but the endpoint, which is this run's.
    chains: chains.map(({ name, chainId, gateway, token, decimals, gatewayDeployedAtBlock, accessManager }) => ({
      name,
      chainId,
      gateway,
      token,
      decimals,
      gatewayDeployedAtBlock,
      accessManager,
    })),
    contractsHash,
  };
  writeFileAtomically(file, `${JSON.stringify(saved, null, 2)}\n`);
}
