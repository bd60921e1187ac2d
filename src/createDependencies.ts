import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { ChainDesk, Dependencies } from './activities/dependencies';
import { createChain, type Chain } from './chains/chain';
import { createBlockWatcher, type BlockWatcher } from './chains/createBlockWatcher';
import { createReverification } from './chains/createReverification';
import { verifyChain } from './chains/verifyChain';
import type { Config } from './config';
import { ConfigError } from './domain/errors';
import { createLanes } from './lanes/createLanes';
import type { Ledger } from './ledger/createLedger';
import type { ChainKey } from './ledger/retireKeys';
import { createAlertSender } from './observability/createAlertSender';
import type { SampledChain } from './observability/sampleChains';
import { loadSigner } from './signers/loadSigner';
import type { Signer } from './signers/signer';
import { tellContradictions } from './tellContradictions';

export interface WorkerDependencies extends Dependencies {
  /** Every key that its lanes sign with. */
  readonly keys: readonly ChainKey[];
  /** What there is to see of each chain. */
  readonly sampled: readonly SampledChain[];
  /** Gives the lanes back and stops watching; what is in flight is the next owner's. */
  close(): Promise<void>;
}

/**
 * Everything the activities work with, from the configuration, after each chain was seen to be what the configuration says.
 * @throws ConfigError CONFIG_INVALID, CHAIN_MISMATCH
 */
export async function createDependencies(
  config: Config,
  ledger: Ledger,
  log: Logger,
  meter: MetricMeter = noopMetricMeter,
): Promise<WorkerDependencies> {
  const epoch = await ledger.readEpoch();
  const sendAlert = await createAlertSender(config, log, meter);
  const chains = config.chains.map(createChain);
  const verified = await Promise.all(
    chains.map(async (chain) => {
      const name = chain.config.name;
      const signers = await loadSigners(chain);
      const verify = () => verifyChain(chain, chains, signers);
      const mustBeVerified = createReverification(chain, verify, ({ message }) =>
        log.error({ chain: name, error: message }, 'not the chain it was: nothing is signed for it'),
      );
      chain.onDisagreement((disagreement) =>
        log.warn({ chain: name, ...disagreement }, 'an endpoint contradicts a quorum'),
      );
      await verify();
      return { chain, signers, mustBeVerified };
    }),
  );
  // From here on things run by themselves, and have to be closed.
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const desks = verified.map(({ chain, signers, mustBeVerified }): ChainDesk => {
    const watcher = createBlockWatcher(chain);
    const lanesOf = (role: Role) =>
      createLanes({
        chain,
        watcher,
        ledger,
        signers: signers[role],
        holder,
        options: config.lanes,
        log,
        meter,
        mustBeVerified,
      });
    return {
      chain,
      settler: lanesOf('settler'),
      refunder: lanesOf('refunder'),
      reverser: signers.reverser.length > 0 ? lanesOf('reverser') : null,
    };
  });
  const watchers = desks.map(({ settler }) => settler.watcher);
  const sampled = verified.map(({ chain, signers }, at): SampledChain => ({
    chain,
    watcher: watchers[at] as BlockWatcher,
    signers: (Object.keys(signers) as Role[]).flatMap((role) =>
      signers[role].map(({ address }) => ({ role, address })),
    ),
  }));
  const stopTelling = tellContradictions(watchers, { config, ledger, sendAlert }, log);
  return Object.freeze({
    desks,
    ledger,
    epoch,
    orderBounds: config.order,
    sendAlert,
    sampled,
    keys: sampled.flatMap(({ chain, signers }) =>
      signers.map(({ address }) => ({ chainId: chain.config.chainId, signer: address })),
    ),
    async close() {
      await Promise.all(
        desks.flatMap(({ settler, refunder, reverser }) =>
          [settler, refunder, reverser].map((lanes) => lanes?.close() ?? Promise.resolve()),
        ),
      );
      stopTelling();
      watchers.forEach((watcher) => watcher.close());
    },
  });
}

type Role = 'settler' | 'refunder' | 'reverser';

/** A worker that holds no settler or no refunder could leave a settlement half-way; a reverser is an operator's. */
async function loadSigners({ config }: Chain): Promise<Record<Role, readonly Signer[]>> {
  const load = async (role: Role): Promise<readonly Signer[]> => {
    const field = `chains.${config.name}.${role}Keys`;
    const keys = config[`${role}Keys`];
    if (keys.length === 0 && role !== 'reverser') {
      throw new ConfigError('CONFIG_INVALID', `config: ${field} is empty`);
    }
    return Promise.all(keys.map((key, index) => loadSigner(key, `${field}.${index}`)));
  };
  return { settler: await load('settler'), refunder: await load('refunder'), reverser: await load('reverser') };
}
