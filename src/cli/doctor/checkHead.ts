import { askChain, type ConnectedChain } from '../../chains/chain';
import { readFinalBlock } from '../../chains/readFinalBlock';
import { ok, warning, type Check } from './check';

/** Older than what any chain takes for a block; one that makes blocks only when asked is older, and fine. */
const oldAfterSeconds = 300;

/** How old the latest block is, and how far behind it the final one. */
export function checkHead(chain: ConnectedChain): Check {
  const { finality, name } = chain.config;
  return {
    area: name,
    name: 'head',
    async look() {
      const [head, final] = await Promise.all([
        askChain(chain, 'its latest block', (client) => client.getBlock({ blockTag: 'latest' })),
        readFinalBlock(chain),
      ]);
      const age = Math.round(Date.now() / 1_000 - Number(head.timestamp));
      const policy = finality.kind === 'finalized' ? 'finalized tag' : `${finality.confirmations} confirmations`;
      const lag = `final is block ${final.number}, ${head.number - final.number} behind (${policy})`;
      const finalRow = ok('finality', lag);
      const found = `block ${head.number}, ${age} s old`;
      if (age <= oldAfterSeconds) return [ok('head', found), finalRow];
      const todo = 'See whether the chain has halted or the node is behind; a chain that mines on demand is fine.';
      return [warning('head', found, todo), finalRow];
    },
  };
}
