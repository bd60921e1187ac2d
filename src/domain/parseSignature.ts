import type { Hex } from 'viem';
import { PermanentError } from './errors';

/** Whether it could be a signature at all; whose it is, the source chain tells. */
export function isSignature(signature: unknown): signature is Hex {
  return typeof signature === 'string' && /^0x([0-9a-fA-F]{2}){1,4096}$/.test(signature);
}

/** @throws PermanentError SIGNATURE_INVALID */
export function parseSignature(signature: unknown): Hex {
  if (isSignature(signature)) return signature;
  throw new PermanentError('SIGNATURE_INVALID', 'the signature is not 0x and 1 to 4096 bytes of hex');
}
