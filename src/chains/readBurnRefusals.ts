import { chunk } from 'es-toolkit/array';
import type { Hex } from 'viem';
import type { SettlementOrder } from '../domain/order';
import { operationKinds } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { refusalName } from './refusalName';

/** Of one eth_call: were each of them a contract wallet that takes all it may, that is 5,000,000 gas. */
const mostBurns = 100;

/**
 * What the gateway would refuse the burn of each order for now, if it were alone; null: nothing it knows of. By one eth_call for a
 * hundred. The signature is among what it looks at.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function readBurnRefusals(
  source: Chain,
  orders: readonly { readonly order: SettlementOrder; readonly signature: Hex }[],
): Promise<readonly (string | null)[]> {
  const reasons = await Promise.all(
    chunk(orders, mostBurns).map((page) =>
      askChain(source, `refusals of ${page.length} burns`, (client) =>
        client.readContract({
          address: source.config.gateway,
          abi: settlementGatewayAbi,
          functionName: 'burnRefusalsOf',
          args: [page.map(({ order, signature }) => ({ kind, attempt: 0, order, signature }))],
        }),
      ),
    ),
  );
  return reasons.flat().map((reason) => (reason === nothing ? null : refusalName(reason)));
}

const kind = operationKinds.indexOf('Burn');
const nothing = '0x00000000';
