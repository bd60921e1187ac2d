import type { ConnectedChain } from '../../chains/chain';
import { failure, ok, warning, type Check } from './check';

/** Each endpoint for itself: is it there, and of this chain. */
export function checkEndpoints(chain: ConnectedChain): Check {
  const { chainId, quorum, name } = chain.config;
  return {
    area: name,
    name: 'endpoints',
    async look() {
      const states = await chain.proveEndpoints();
      const answering = states.filter((state) => state.proven).length;
      const needed = Math.max(1, quorum);
      const dead = 'See that the node is up and can be reached from here, or correct its URL.';
      return states.map((state) => {
        const { host, chainId: seen, proven, headNumber } = state;
        if (seen !== null && seen !== chainId) {
          const found = `answers for chain ${seen}, configured is ${chainId}`;
          return failure('configuration', `endpoint ${host}`, found, 'Correct its URL.');
        }
        if (proven) return ok(`endpoint ${host}`, `chain ${chainId}, head ${headNumber ?? '?'}`);
        if (answering >= needed) return warning(`endpoint ${host}`, 'does not answer; others do', dead);
        return failure('unreachable', `endpoint ${host}`, 'does not answer', dead);
      });
    },
  };
}
