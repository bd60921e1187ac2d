import { hashTypedData, hexToBigInt, hexToNumber, recoverTypedDataAddress, size, slice, type Hex } from 'viem';
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
  if (signer === order.holder && isCanonical(signature)) return 'valid';
  const code = await askChain(source, "the holder's code", (client) => client.getCode({ address: order.holder }));
  if (code === undefined) return 'invalidForEver';
  const valid = await askChain(source, 'whether the wallet signed', (client) =>
    client.verifyHash({ hash: hashTypedData(typedData), address: order.holder, signature }),
  );
  return valid ? 'valid' : 'invalidNow';
}

/** Half of secp256k1's order: a larger s is the same signature a second time (EIP-2), and the gateway takes only one. */
const mostS = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** The one form the gateway accepts: 65 bytes, v 27 or 28, low s. */
function isCanonical(signature: Hex): boolean {
  if (size(signature) !== 65) return false;
  const v = hexToNumber(slice(signature, 64));
  return (v === 27 || v === 28) && hexToBigInt(slice(signature, 32, 64)) <= mostS;
}
