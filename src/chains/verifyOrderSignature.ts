import { concat, getAddress, hexToBigInt, hexToNumber, pad, size, slice, type Address, type Hex } from 'viem';
import type { SettlementOrder } from '../domain/order';
import { askChain, type Chain } from './chain';

export type SignatureVerdict = 'valid' | 'invalidForEver' | 'invalidNow';

/**
 * Whether the holder signed the order with this fingerprint. A plain account's signature never changes its mind; a contract wallet
 * (ERC-1271) may answer otherwise tomorrow, so its "no" proves nothing about the future. The gateway checks again at the burn.
 */
export async function verifyOrderSignature(
  source: Chain,
  { holder }: SettlementOrder,
  fingerprint: Hex,
  signature: Hex,
): Promise<SignatureVerdict> {
  if (isCanonical(signature) && (await recoverSigner(source, fingerprint, signature)) === holder) return 'valid';
  const code = await askChain(source, "the holder's code", (client) => client.getCode({ address: holder }));
  if (code === undefined) return 'invalidForEver';
  const valid = await askChain(source, 'whether the wallet signed', (client) =>
    client.verifyHash({ hash: fingerprint, address: holder, signature }),
  );
  return valid ? 'valid' : 'invalidNow';
}

/** The precompiled contract of every EVM chain. It rides along with the other reads; in JavaScript it costs milliseconds of this process. */
const ecrecover: Address = '0x0000000000000000000000000000000000000001';

async function recoverSigner(chain: Chain, hash: Hex, signature: Hex): Promise<Address | null> {
  const input = concat([hash, pad(slice(signature, 64, 65)), slice(signature, 0, 64)]);
  const { data } = await askChain(chain, 'who signed', (client) => client.call({ to: ecrecover, data: input }));
  // No answer is the precompile's way to say that nobody did.
  return data === undefined || size(data) !== 32 ? null : getAddress(slice(data, 12));
}

/** Half of secp256k1's order: a larger s is the same signature a second time (EIP-2), and the gateway takes only one. */
const mostS = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** The one form the gateway accepts: 65 bytes, v 27 or 28, low s. */
function isCanonical(signature: Hex): boolean {
  if (size(signature) !== 65) return false;
  const v = hexToNumber(slice(signature, 64));
  return (v === 27 || v === 28) && hexToBigInt(slice(signature, 32, 64)) <= mostS;
}
