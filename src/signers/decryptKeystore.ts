import { scryptAsync } from '@noble/hashes/scrypt.js';
import { createDecipheriv, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { bytesToHex, hexToBytes, isAddressEqual, keccak256, type Hex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';
import { ConfigError } from '../domain/errors';

const pbkdf2Of = promisify(pbkdf2);

/** A keystore says itself what opening it costs; past these it is a trap or a mistake, not a key. */
const mostScryptBytes = 1024 ** 3;
const mostRounds = 10_000_000;

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^(0x)?[0-9a-fA-F]{${bytes * 2}}$`));
const salt = z.string().regex(/^(0x)?([0-9a-fA-F]{2}){8,64}$/);
const count = z.number().int().positive();

/** Version 3 of the Web3 Secret Storage Definition. */
const keystoreSchema = z.object({
  version: z.literal(3),
  address: hexOf(20).optional(),
  crypto: z.intersection(
    z.object({
      cipher: z.literal('aes-128-ctr'),
      cipherparams: z.object({ iv: hexOf(16) }),
      ciphertext: hexOf(32),
      mac: hexOf(32),
    }),
    z.discriminatedUnion('kdf', [
      z.object({
        kdf: z.literal('scrypt'),
        kdfparams: z.object({ dklen: z.literal(32), n: count, r: count, p: count, salt }),
      }),
      z.object({
        kdf: z.literal('pbkdf2'),
        kdfparams: z.object({ dklen: z.literal(32), c: count.max(mostRounds), prf: z.literal('hmac-sha256'), salt }),
      }),
    ]),
  ),
});

type Keystore = z.infer<typeof keystoreSchema>;

/**
 * The private key in a Keystore V3 file, as geth, Besu's tools and `cast wallet` write it.
 * @throws ConfigError CONFIG_INVALID that shows neither what the file holds nor the password
 */
export async function decryptKeystore(text: string, password: string): Promise<Hex> {
  const keystore = parse(text);
  const { ciphertext, cipherparams, mac } = keystore.crypto;
  const derived = await derive(keystore, Buffer.from(password.normalize('NFKC'), 'utf8')).catch(() => {
    throw new ConfigError('CONFIG_INVALID', 'the keystore cannot be opened with its own parameters');
  });
  const encrypted = bytesOf(ciphertext);
  const seen = keccak256(Buffer.concat([derived.subarray(16, 32), encrypted]), 'bytes');
  if (!timingSafeEqual(seen, bytesOf(mac))) {
    throw new ConfigError('CONFIG_INVALID', 'the password is wrong, or the keystore was changed');
  }
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), bytesOf(cipherparams.iv));
  const key = bytesToHex(Buffer.concat([decipher.update(encrypted), decipher.final()]));
  if (keystore.address !== undefined && !holds(key, bytesToHex(bytesOf(keystore.address)))) {
    throw new ConfigError('CONFIG_INVALID', 'the keystore holds the key of another address than it says');
  }
  return key;
}

function parse(text: string): Keystore {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError('CONFIG_INVALID', 'not a keystore: no JSON');
  }
  const parsed = keystoreSchema.safeParse(json);
  // The field, never its value.
  if (!parsed.success) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `not a keystore of version 3: ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
    );
  }
  return parsed.data;
}

async function derive({ crypto }: Keystore, password: Buffer): Promise<Uint8Array> {
  const { kdfparams } = crypto;
  const salt = bytesOf(kdfparams.salt);
  if (crypto.kdf === 'pbkdf2') return pbkdf2Of(password, salt, crypto.kdfparams.c, crypto.kdfparams.dklen, 'sha256');
  const { n: N, r, p, dklen: dkLen } = crypto.kdfparams;
  // Not node:crypto's: OpenSSL refuses n = 2^18 with r = 1, which eth-keyfile writes and the published test vector has.
  return scryptAsync(password, salt, { N, r, p, dkLen, maxmem: mostScryptBytes });
}

function holds(key: Hex, address: Hex): boolean {
  try {
    return isAddressEqual(privateKeyToAddress(key), address);
  } catch {
    return false; // zero or beyond the curve's order
  }
}

function bytesOf(hex: string): Uint8Array {
  return hexToBytes(hex.startsWith('0x') ? (hex as Hex) : `0x${hex}`);
}
