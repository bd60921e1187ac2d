import type { FinalityPolicy } from '../config';
import { tokenSymbol, type Deployment } from './deploy';
import { laneKeyNames } from './devAccounts';

export interface LocalPolicy {
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly taskQueue?: string;
    readonly uiUrl?: string;
  };
  readonly databaseUrl: string;
  readonly finality: FinalityPolicy;
  readonly mintWindowMs: number;
  readonly pollIntervalMs: number;
  readonly undoAlarmMs?: number;
  /** Where the API listens, on the loopback. */
  readonly apiPort?: number;
  /** Folder of the key files, relative to the configuration file or absolute. */
  readonly keysFolder: string;
}

/** The configuration (src/config.ts, as JSON) for workers and clients of a local deployment. */
export function localConfig(deployment: Deployment, policy: LocalPolicy) {
  const keyOf = (name: string) => ({ file: `${keysFolder}/${name}.key` });
  const { temporal, databaseUrl, finality, mintWindowMs, pollIntervalMs, undoAlarmMs, apiPort, keysFolder } = policy;
  return {
    temporal,
    ledger: { databaseUrl },
    // Receivers of webhooks on this machine have no certificates.
    ...(apiPort === undefined ? {} : { api: { port: apiPort, allowPrivateWebhooks: true } }),
    seals: { keyFile: `${keysFolder}/seal.key` },
    chains: deployment.chains.map((chain) => ({
      name: chain.name,
      chainId: chain.chainId,
      rpcUrl: chain.rpcUrl,
      gateway: chain.gateway,
      gatewayDeployedAtBlock: chain.gatewayDeployedAtBlock,
      tokens: [{ symbol: tokenSymbol, address: chain.token, decimals: chain.decimals }],
      finality,
      mintWindowMs,
      pollIntervalMs,
      ...(undoAlarmMs === undefined ? {} : { undoAlarmMs }),
      settlerKeys: laneKeyNames.settler.map(keyOf),
      refunderKeys: laneKeyNames.refunder.map(keyOf),
      reverserKeys: [keyOf('reverser')],
    })),
  };
}
