import type { Hex } from 'viem';
import { PermanentError } from './errors';

/** @throws PermanentError SIGNATURE_INVALID for what cannot be a signature at all; whose it is, the source chain tells */
export function parseSignature(signature: unknown): Hex {
  if (typeof signature !== 'string' || !/^0x([0-9a-fA-F]{2}){1,4096}$/.test(signature)) {
    throw new PermanentError('SIGNATURE_INVALID', 'the signature is not 0x and 1 to 4096 bytes of hex');
  }
  return signature as Hex;
}
