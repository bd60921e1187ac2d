import { getAbiItem, type Address } from 'viem';
import { askChain, type Chain } from './chain';
import { accessManagerAbi } from './generated/accessManager';
import { readAuthority } from './readAuthority';
import type { BlockRange } from './watcher/readGatewayEvents';

const event = getAbiItem({ abi: accessManagerAbi, name: 'RoleGranted' });

/** Everybody whom the gateway's access manager gave any role in a range of blocks, by one eth_getLogs; they may have lost it since. */
export async function readRoleHolders(
  chain: Chain,
  range: Pick<BlockRange, 'fromBlock' | 'toBlock'>,
): Promise<readonly Address[]> {
  const address = await readAuthority(chain, 'latest');
  const logs = await askChain(chain, 'who was given roles', (client) =>
    client.getLogs({ address, event, strict: true, ...range }),
  );
  return [...new Set(logs.map(({ args }) => args.account))];
}
