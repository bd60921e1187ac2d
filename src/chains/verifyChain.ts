import { getAbiItem, toFunctionSelector, zeroAddress, type Address } from 'viem';
import { ConfigError } from '../domain/errors';
import { askChain, type Chain, type ConnectedChain } from './chain';
import { accessManagerAbi } from './generated/accessManager';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { mustAnswer } from './mustAnswer';
import { readDecimals } from './readDecimals';
import { readRoute } from './readRoute';

/** Which gateway entry points each of our keys must be allowed to use. */
const entryPoints = {
  settler: ['burn', 'mint'],
  refunder: ['refund', 'cancelMint'],
  reverser: ['reverseMint'],
} as const;

const roles = ['settler', 'refunder', 'reverser'] as const;
type Signers = Readonly<Record<(typeof roles)[number], readonly { readonly address: Address }[]>>;

/**
 * Sees that the chain behind the URL is the configured one: chain id, code at the gateway, token decimals, routes whose other
 * ends are our other chains, and that our keys have their roles. A worker that finds otherwise must not start.
 * @throws ConfigError CHAIN_MISMATCH that names the field
 */
export async function verifyChain(chain: ConnectedChain, all: readonly Chain[], signers: Signers): Promise<void> {
  const { config } = chain;
  await verifyEndpoints(chain);
  const code = await askChain(chain, "its gateway's code", (client) => client.getCode({ address: config.gateway }));
  if (code === undefined) fail(chain, 'gateway', `there is no code at ${config.gateway}`);
  if (chain.expectCode(code) !== code) fail(chain, 'gateway', 'its code is not the one that was there at start');
  await verifyCodes(chain);
  for (const token of config.tokens) {
    const what = `the code of ${token.address}`;
    const tokenCode = await askChain(chain, what, (client) => client.getCode({ address: token.address }));
    if (tokenCode === undefined) fail(chain, `tokens.${token.symbol}.address`, `there is no code at ${token.address}`);
    const decimals = await readDecimals(chain, token);
    if (decimals !== token.decimals) fail(chain, `tokens.${token.symbol}.decimals`, `the token says ${decimals}`);
    await verifyPeers(chain, all, token.address);
  }
  await verifyRoles(chain, signers);
}

/** One that does not answer now may come back, one of another chain is a mistake, and stays one while another endpoint works. */
async function verifyEndpoints(chain: ConnectedChain): Promise<void> {
  const { chainId: wanted, rpcUrls } = chain.config;
  (await chain.proveEndpoints()).forEach(({ chainId }, index) => {
    if (chainId === null || chainId === wanted) return;
    fail(chain, rpcUrls ? `rpcUrls.${index}` : 'rpcUrl', `answers for chain ${chainId}, configured is ${wanted}`);
  });
}

/** Each endpoint's own: of the right chain id, and yet of another chain. One that has no code there yet is behind, and left alone. */
async function verifyCodes(chain: ConnectedChain): Promise<void> {
  const { rpcUrls } = chain.config;
  if (chain.endpointStates().length === 1) return;
  (await chain.proveEndpoints()).forEach(({ gatewayCode }, index) => {
    if (gatewayCode !== 'other') return;
    fail(chain, rpcUrls ? `rpcUrls.${index}` : 'rpcUrl', "the gateway's code there is not the one of the others");
  });
}

async function verifyPeers(chain: Chain, all: readonly Chain[], token: Address): Promise<void> {
  for (const other of all.filter((candidate) => candidate !== chain)) {
    const asked = readRoute(chain, token, BigInt(other.config.chainId));
    const route = await mustAnswer(chain, 'gateway', 'a settlement gateway', asked);
    if (route.remoteGateway !== zeroAddress && route.remoteGateway !== other.config.gateway) {
      fail(
        chain,
        'gateway',
        `its peer on ${other.config.name} is ${route.remoteGateway}, configured is ${other.config.gateway}`,
      );
    }
  }
}

async function verifyRoles(chain: Chain, signers: Signers): Promise<void> {
  const gateway = { address: chain.config.gateway, abi: settlementGatewayAbi } as const;
  const authority = await askChain(chain, 'its authority', (client) =>
    client.readContract({ ...gateway, functionName: 'authority' }),
  );
  const needed = roles.flatMap((role) =>
    signers[role].flatMap(({ address }) => entryPoints[role].map((name) => ({ role, address, name }))),
  );
  // All at once: reads of one tick are one request.
  const answers = await Promise.all(
    needed.map(({ address, name }) =>
      askChain(chain, `the role of ${address}`, (client) =>
        client.readContract({
          address: authority,
          abi: accessManagerAbi,
          functionName: 'canCall',
          args: [address, gateway.address, toFunctionSelector(getAbiItem({ abi: settlementGatewayAbi, name }))],
        }),
      ),
    ),
  );
  needed.forEach(({ role, address, name }, index) => {
    if (answers[index]?.[0] !== true) fail(chain, `${role}Keys`, `${address} may not ${name} on ${gateway.address}`);
  });
}

function fail(chain: Chain, field: string, why: string): never {
  throw new ConfigError('CHAIN_MISMATCH', `config: chains.${chain.config.name}.${field}: ${why}`);
}
