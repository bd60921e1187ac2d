import { getAbiItem, toFunctionSelector, type Address, type Hex } from 'viem';
import { operationKinds, type OperationKind } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { accessManagerAbi } from './generated/accessManager';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { readAuthority } from './readAuthority';

/** The gateway's entry point of each kind; a role is the right to call it. */
const entryPoints = {
  Burn: 'burn',
  Refund: 'refund',
  Mint: 'mint',
  CancelMint: 'cancelMint',
  ReverseMint: 'reverseMint',
} as const satisfies Record<OperationKind, string>;

/** Which operations of these accounts the gateway's manager lets through at one block, at once and without a delay. */
export async function readPermitted(
  chain: Chain,
  addresses: readonly Address[],
  blockHash: Hex,
): Promise<readonly { readonly address: Address; readonly kinds: readonly OperationKind[] }[]> {
  const { gateway } = chain.config;
  const authority = await readAuthority(chain, blockHash);
  const mayCall = (address: Address, kind: OperationKind): Promise<readonly [boolean, number]> =>
    askChain(chain, `the roles of ${address}`, (client) =>
      client.readContract({
        address: authority,
        abi: accessManagerAbi,
        functionName: 'canCall',
        args: [
          address,
          gateway,
          toFunctionSelector(getAbiItem({ abi: settlementGatewayAbi, name: entryPoints[kind] })),
        ],
        blockHash,
      }),
    );
  // All at once: reads of one tick are one request.
  return Promise.all(
    addresses.map(async (address) => {
      const answers = await Promise.all(operationKinds.map((kind) => mayCall(address, kind)));
      return { address, kinds: operationKinds.filter((_, index) => answers[index]?.[0] === true) };
    }),
  );
}
