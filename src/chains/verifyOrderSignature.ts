import { hashTypedData, recoverTypedDataAddress, type Hex } from 'viem';
import { orderTypedData } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import { askChain, type Chain } from './chain';

export type SignatureVerdict = 'valid' | 'invalidForEver' | 'invalidNow';

/**
 * Whether the holder signed this order. A plain account's signature never changes its mind; a contract wallet (ERC-1271)
 * may answer otherwise tomorrow, so its "no" proves nothing about the future. The gateway checks again at the burn.
 */
export async function verifyOrderSignature(
  source: Chain,
  order: SettlementOrder,
  signature: Hex,
): Promise<SignatureVerdict> {
  const typedData = orderTypedData(order, source.config.gateway);
  const signer = await recoverTypedDataAddress({ ...typedData, signature }).catch(() => null);
  if (signer === order.holder) return 'valid';
  const code = await askChain(source, "the holder's code", (client) => client.getCode({ address: order.holder }));
  if (code === undefined) return 'invalidForEver';
  const valid = await askChain(source, 'whether the wallet signed', (client) =>
    client.verifyHash({ hash: hashTypedData(typedData), address: order.holder, signature }),
  );
  return valid ? 'valid' : 'invalidNow';
}
