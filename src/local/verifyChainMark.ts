import { ConfigError } from '../domain/errors';
import { readCodeHash, readHead, type ChainMark } from './chainMark';

/**
 * Sees that a chain still holds everything it was last seen to hold. One that lost or rewound its state would show burns and
 * mints as never made that Temporal knows as final; nothing may be started on it.
 *
 * What a chain may have lost without being refused: transactions that were in no block yet (they are sent again), and empty
 * blocks after the last one with a transaction.
 * @throws ConfigError CHAIN_MISMATCH that names the way out
 */
export async function verifyChainMark(chain: { name: string; rpcUrl: string }, mark: ChainMark): Promise<void> {
  const refuse = (why: string): never => {
    throw new ConfigError(
      'CHAIN_MISMATCH',
      `chain ${chain.name} has lost its state: ${why}. Settlements that were final there are gone, so nothing is started on it. ` +
        'The way out is to begin anew, with empty chains and an empty Temporal: npm start -- --fresh',
    );
  };
  const block = await readHead(chain.rpcUrl, mark.block.number);
  if (block?.hash !== mark.block.hash) {
    const head = await readHead(chain.rpcUrl, 'latest');
    refuse(
      `block ${mark.block.number} (${mark.block.hash}) of its last run is not there any more, its latest block is ${head?.number}`,
    );
  }
  if ((await readCodeHash(chain.rpcUrl, mark.gateway)) !== mark.gatewayCodeHash) {
    refuse(`the code at its gateway ${mark.gateway} is not what was deployed`);
  }
}
