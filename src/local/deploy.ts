import { keccak256, type Address, type Hex } from 'viem';
import { settlementGatewayAbi, settlementGatewayBytecode } from '../chains/generated/settlementGateway';
import { settlementTokenAbi, settlementTokenBytecode } from '../chains/generated/settlementToken';
import { accessManagerAbi, accessManagerBytecode } from '../chains/generated/accessManager';
import { createDeployer, type Deployer, type Endpoint } from './createDeployer';
import { devAccounts, holderNames, laneKeyNames, type DevAccount } from './devAccounts';
import { roleSetup } from './roleSetup';

const operationKeyNames = [
  'deployer',
  'reverser',
  'pauser',
  ...laneKeyNames.settler,
  ...laneKeyNames.refunder,
] as const;
type OperationKeyName = (typeof operationKeyNames)[number];

export interface DeployedChain extends Endpoint {
  readonly gateway: Address;
  readonly token: Address;
  readonly decimals: number;
  readonly gatewayDeployedAtBlock: number;
  readonly accessManager: Address;
}

export interface Deployment {
  readonly chains: readonly DeployedChain[];
  /** Who holds tokens on every chain; the last, mallory, is frozen on the second chain. */
  readonly accounts: readonly DevAccount[];
  readonly keys: Readonly<Record<OperationKeyName, Hex>>;
  /** Of the contracts' creation code: tells whether the deployment is of the contracts as they are now. */
  readonly contractsHash: Hex;
}

export const tokenSymbol = 'USDS';
const tokenName = 'Settlement Dollar';
const decimals = 6;
const unit = 10n ** BigInt(decimals);
/** What every holder gets on every chain. */
const fundedAmount = 1_000_000n * unit;
/** Generous: they bound a stolen key, not a demo. */
const limits = { bucket: 1_000_000_000n * unit, perSecond: 1_000_000n * unit };

export const contractsHash = keccak256(
  `0x${[settlementGatewayBytecode, settlementTokenBytecode, accessManagerBytecode].map((code) => code.slice(2)).join('')}`,
);

/**
 * Puts gateway, token and access manager on each chain, grants the roles, registers the routes between all of them and funds
 * the holders. For local chains: keys are anvil's own, and roles have no delays.
 */
export async function deployChainPair(endpoints: readonly Endpoint[]): Promise<Deployment> {
  const accounts = devAccounts();
  const deployers = await Promise.all(endpoints.map((endpoint) => createDeployer(endpoint, accounts.deployer)));
  const chains = await Promise.all(deployers.map(deployContracts));
  await Promise.all(
    deployers.map(async (deployer, index) => {
      const chain = chains[index] as DeployedChain;
      for (const remote of chains.filter((other) => other !== chain)) await registerRoute(deployer, chain, remote);
      await fundHolders(deployer, chain, index === 1);
    }),
  );
  return deploymentOf(chains);
}

/** A deployment's accounts and keys are always anvil's own; only its chains differ. */
export function deploymentOf(chains: readonly DeployedChain[]): Deployment {
  const accounts = devAccounts();
  return {
    chains,
    accounts: holderNames.map((name) => accounts[name]),
    keys: Object.fromEntries(operationKeyNames.map((name) => [name, accounts[name].privateKey])) as Deployment['keys'],
    contractsHash,
  };
}

async function deployContracts(deployer: Deployer, index: number): Promise<DeployedChain> {
  // Moves the nonce, and with it the addresses: with the same address for different contracts, or for the same contract on
  // both chains, a mix-up of the two chains would go unnoticed.
  for (let burnt = 0; burnt < index * 3; burnt++) await deployer.bumpNonce();
  const manager = await deployer.deploy({
    abi: accessManagerAbi,
    bytecode: accessManagerBytecode,
    args: [deployer.address],
  });
  const gateway = await deployer.deploy({
    abi: settlementGatewayAbi,
    bytecode: settlementGatewayBytecode,
    args: [manager.address],
  });
  const token = await deployer.deploy({
    abi: settlementTokenAbi,
    bytecode: settlementTokenBytecode,
    args: [tokenName, tokenSymbol, decimals, manager.address],
  });
  await deployer.write({
    address: manager.address,
    abi: accessManagerAbi,
    functionName: 'multicall',
    args: [roleSetup({ gateway: gateway.address, token: token.address, accounts: devAccounts() })],
  });
  return {
    name: deployer.endpoint.name,
    chainId: deployer.endpoint.chainId,
    rpcUrl: deployer.endpoint.rpcUrl,
    gateway: gateway.address,
    token: token.address,
    decimals,
    gatewayDeployedAtBlock: Number(gateway.blockNumber),
    accessManager: manager.address,
  };
}

async function registerRoute(deployer: Deployer, chain: DeployedChain, remote: DeployedChain): Promise<void> {
  const gateway = { address: chain.gateway, abi: settlementGatewayAbi } as const;
  await deployer.write({
    ...gateway,
    functionName: 'registerRoute',
    args: [chain.token, BigInt(remote.chainId), remote.gateway, remote.token, remote.decimals],
  });
  await deployer.write({
    ...gateway,
    functionName: 'setLimits',
    args: [chain.token, limits.bucket, limits.perSecond, limits.bucket, limits.perSecond],
  });
}

async function fundHolders(deployer: Deployer, chain: DeployedChain, freezesMallory: boolean): Promise<void> {
  const accounts = devAccounts();
  const token = { address: chain.token, abi: settlementTokenAbi } as const;
  for (const name of holderNames) {
    await deployer.write({ ...token, functionName: 'mint', args: [accounts[name].address, fundedAmount] });
  }
  if (freezesMallory) {
    await deployer.write({ ...token, functionName: 'freeze', args: [accounts.mallory.address, true] });
  }
}
