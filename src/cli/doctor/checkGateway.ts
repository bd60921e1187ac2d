import { formatUnits, zeroAddress } from 'viem';
import { askChain, type Chain, type ConnectedChain } from '../../chains/chain';
import { mustAnswer } from '../../chains/mustAnswer';
import { readDecimals } from '../../chains/readDecimals';
import { readLimit } from '../../chains/readLimit';
import { readPaused } from '../../chains/readPaused';
import { readRoute } from '../../chains/readRoute';
import type { TokenConfig } from '../../config';
import { failure, ok, warning, type Check, type Finding } from './check';

/** The contract itself: its code, its pauses, and for each token decimals, peers and what is left of its limits. */
export function checkGateway(chain: ConnectedChain, all: readonly Chain[]): Check {
  const { gateway, name, tokens } = chain.config;
  return {
    area: name,
    name: 'gateway',
    async look() {
      const code = await askChain(chain, "its gateway's code", (client) => client.getCode({ address: gateway }));
      if (code === undefined) {
        const todo = `Correct chains.${name}.gateway, or deploy it.`;
        return [failure('configuration', 'gateway', `there is no code at ${gateway}`, todo)];
      }
      const asked = Promise.all([pausesOf(chain), ...tokens.map((token) => lookAtToken(chain, all, token))]);
      const [pauses, ...perToken] = await mustAnswer(chain, 'gateway', 'a settlement gateway', asked);
      return [ok('gateway', `${gateway}, ${(code.length - 2) / 2} bytes of code`), pauses, ...perToken.flat()];
    },
  };
}

async function pausesOf(chain: Chain): Promise<Finding> {
  const [isNew, isAll] = await Promise.all([readPaused(chain, 'new'), readPaused(chain, 'all')]);
  if (!isNew && !isAll) return ok('pauses', 'neither new burns nor all is paused');
  const todo = 'Whoever paused it lets it go on (setPausedNew, setPausedAll); what waits goes on by itself then.';
  return failure('operator', 'pauses', isAll ? 'everything is paused' : 'new burns are paused', todo);
}

async function lookAtToken(chain: Chain, all: readonly Chain[], token: TokenConfig): Promise<readonly Finding[]> {
  const others = all.filter((other) => other.config.chainId !== chain.config.chainId);
  const [decimals, burn, mint, ...peers] = await Promise.all([
    readDecimals(chain, token),
    readLimit(chain, token.address, 'burn'),
    readLimit(chain, token.address, 'mint'),
    ...others.map((other) => peerOf(chain, other, token)),
  ]);
  const where = `chains.${chain.config.name}.tokens.${token.symbol}.decimals`;
  const unit =
    decimals === token.decimals
      ? ok(`token ${token.symbol}`, `${token.address}, ${decimals} decimals`)
      : failure(
          'configuration',
          `token ${token.symbol}`,
          `it says ${decimals} decimals, configured are ${token.decimals}`,
          `Correct ${where}.`,
        );
  return [unit, ...peers, limitOf(token, 'burn', burn), limitOf(token, 'mint', mint)];
}

async function peerOf(chain: Chain, { config: other }: Chain, token: TokenConfig): Promise<Finding> {
  const name = `route ${token.symbol} to ${other.name}`;
  const route = await readRoute(chain, token.address, BigInt(other.chainId));
  if (route.remoteGateway === zeroAddress) {
    return warning(name, 'not registered', 'Register it on both chains (registerRoute), if it is wanted.');
  }
  if (route.remoteGateway !== other.gateway) {
    const found = `its peer is ${route.remoteGateway}, configured is ${other.gateway}`;
    return failure('configuration', name, found, `Correct chains.${other.name}.gateway.`);
  }
  if (!route.enabled) return warning(name, 'registered and disabled', 'setRouteEnabled lets it go on.');
  return ok(name, `peer ${route.remoteGateway}`);
}

interface Limit {
  readonly availableAmount: bigint;
  readonly maxAmount: bigint;
}

function limitOf({ symbol, decimals }: TokenConfig, which: 'burn' | 'mint', limit: Limit): Finding {
  const { availableAmount, maxAmount } = limit;
  const found = `${formatUnits(availableAmount, decimals)} of ${formatUnits(maxAmount, decimals)} ${symbol} left`;
  if (availableAmount * 10n >= maxAmount && maxAmount > 0n) return ok(`${which} limit`, found);
  const todo =
    maxAmount === 0n ? 'None is set: nothing goes (setLimits).' : 'It fills again with time; setLimits raises it.';
  return warning(`${which} limit`, found, todo);
}
