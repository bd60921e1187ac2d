import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { ChainDesk, Dependencies } from './activities/dependencies';
import { createChain } from './chains/chain';
import { createBlockWatcher } from './chains/createBlockWatcher';
import { verifyChain } from './chains/verifyChain';
import { loadKey, type Config } from './config';
import { ConfigError } from './domain/errors';
import { createLanes } from './lanes/createLanes';
import type { Ledger } from './ledger/createLedger';

export interface WorkerDependencies extends Dependencies {
  /** Gives the lanes back and stops watching; what is in flight is the next owner's. */
  close(): Promise<void>;
}

/**
 * Everything the activities work with, from the configuration, after each chain was seen to be what the configuration says.
 * @throws ConfigError CONFIG_INVALID, CHAIN_MISMATCH
 */
export async function createDependencies(config: Config, ledger: Ledger, log: Logger): Promise<WorkerDependencies> {
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const chains = config.chains.map(createChain);
  const desks = await Promise.all(
    chains.map(async (chain): Promise<ChainDesk> => {
      const { name, settlerKeys, refunderKeys, reverserKeys } = chain.config;
      const load = (role: string, keys: typeof settlerKeys) =>
        keys.map((key, index) => loadKey(key.file, `chains.${name}.${role}Keys.${index}`));
      const signers = {
        settler: load('settler', settlerKeys),
        refunder: load('refunder', refunderKeys),
        reverser: load('reverser', reverserKeys),
      };
      for (const role of ['settler', 'refunder'] as const) {
        if (signers[role].length === 0)
          throw new ConfigError('CONFIG_INVALID', `config: chains.${name}.${role}Keys is empty`);
      }
      await verifyChain(chain, chains, signers);
      const watcher = createBlockWatcher(chain);
      const lanesOf = (role: keyof typeof signers) =>
        createLanes({ chain, watcher, ledger, signers: signers[role], holder, options: config.lanes, log });
      return {
        chain,
        settler: lanesOf('settler'),
        refunder: lanesOf('refunder'),
        reverser: signers.reverser.length > 0 ? lanesOf('reverser') : null,
      };
    }),
  );
  return Object.freeze({
    desks,
    ledger,
    orderBounds: config.order,
    async close() {
      await Promise.all(
        desks.flatMap(({ settler, refunder, reverser }) =>
          [settler, refunder, reverser].map((lanes) => lanes?.close()),
        ),
      );
      desks.forEach(({ settler }) => settler.watcher.stop());
    },
  });
}
