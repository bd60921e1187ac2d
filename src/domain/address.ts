import { checksumAddress, isAddress, zeroAddress, type Address } from 'viem';
import { PermanentError } from './errors';
import { quote } from './quote';

/**
 * An address in its EIP-55 form. All-lower-case and all-upper-case input carries no checksum and is accepted.
 * @throws PermanentError ADDRESS_INVALID, ADDRESS_CHECKSUM, ADDRESS_ZERO
 */
export function parseAddress(text: unknown, field: string): Address {
  if (typeof text !== 'string' || !isAddress(text, { strict: false })) {
    throw new PermanentError('ADDRESS_INVALID', `${field} ${quote(text)} is not an address`);
  }
  const digits = text.slice(2);
  const plain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  const checksummed = checksumAddress(`0x${digits.toLowerCase()}`);
  if (!plain && checksummed !== text) {
    throw new PermanentError('ADDRESS_CHECKSUM', `${field} ${text} fails its checksum; did you mean ${checksummed}?`);
  }
  if (checksummed === zeroAddress) throw new PermanentError('ADDRESS_ZERO', `${field} is the zero address`);
  return checksummed;
}
