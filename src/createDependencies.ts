import type { ChainDesk, Dependencies } from './activities/dependencies';
import { createChain } from './chains/chain';
import { verifyChain } from './chains/verifyChain';
import { loadKey, type Config } from './config';
import { createLane } from './lanes/createLane';
import { createMemoryJournal } from './lanes/createMemoryJournal';

/**
 * Everything the activities work with, from the configuration, after each chain was seen to be what the configuration says.
 * @throws ConfigError CONFIG_INVALID, CHAIN_MISMATCH
 */
export async function createDependencies(config: Config): Promise<Dependencies> {
  const journal = createMemoryJournal();
  const chains = config.chains.map(createChain);
  const desks = await Promise.all(
    chains.map(async (chain): Promise<ChainDesk> => {
      const keyOf = (role: 'settler' | 'refunder' | 'reverser') =>
        loadKey(chain.config[`${role}KeyFile`], `chains.${chain.config.name}.${role}KeyFile`);
      const settler = keyOf('settler');
      const refunder = keyOf('refunder');
      const reverser = chain.config.reverserKeyFile === undefined ? null : keyOf('reverser');
      await verifyChain(chain, chains, {
        settler: settler.address,
        refunder: refunder.address,
        ...(reverser ? { reverser: reverser.address } : {}),
      });
      return {
        chain,
        settler: createLane(chain, settler, journal),
        refunder: createLane(chain, refunder, journal),
        reverser: reverser ? createLane(chain, reverser, journal) : null,
      };
    }),
  );
  return Object.freeze({ desks, journal, orderBounds: config.order });
}
