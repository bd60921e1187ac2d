import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { hexToBytes, keccak256, type Hex } from 'viem';

/** A Keystore V3 of a key, cheap to open; as text. */
export function keystoreOf(privateKey: Hex, password: string): string {
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const derived = pbkdf2Sync(password, salt, 1_000, 32, 'sha256');
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(hexToBytes(privateKey)), cipher.final()]);
  const mac = keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])).slice(2);
  const hex = (bytes: Buffer): string => bytes.toString('hex');
  const kdfparams = { c: 1_000, dklen: 32, prf: 'hmac-sha256', salt: hex(salt) };
  const cipherparams = { iv: hex(iv) };
  const crypto = { cipher: 'aes-128-ctr', cipherparams, ciphertext: hex(ciphertext), kdf: 'pbkdf2', kdfparams, mac };
  return JSON.stringify({ version: 3, crypto });
}
