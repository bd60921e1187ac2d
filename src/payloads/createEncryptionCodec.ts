import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigError, PermanentError } from '../domain/errors';
import { quote } from '../domain/quote';
import type { PayloadKey } from './loadPayloadKeys';

/** As Temporal's own samples name them, so that the tools of others recognise what they see. */
const encryptedEncoding = 'binary/encrypted';
const encodingField = 'encoding';
const keyIdField = 'encryption-key-id';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

const { Payload: PayloadType } = temporal.api.common.v1;

/**
 * Encrypts whole payloads, their own metadata included, by AES-256-GCM: nonce, ciphertext, tag. The first key encrypts, every one
 * decrypts. What is not encrypted is passed through when it is decoded: raw starts, and runs from before there were keys.
 */
export function createEncryptionCodec(keys: readonly [PayloadKey, ...PayloadKey[]]): PayloadCodec {
  const [current] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));

  function decode(payload: Payload): Payload {
    if (textOf(payload, encodingField) !== encryptedEncoding) return payload;
    const id = textOf(payload, keyIdField);
    const key = byId.get(id);
    if (!key) {
      throw new ConfigError(
        'PAYLOAD_KEY_UNKNOWN',
        `a payload is encrypted with the key ${quote(id)}, which is not here`,
      );
    }
    return decrypt(key, payload.data ?? new Uint8Array());
  }

  // Both answer by a promise, also when they fail: that is what a codec's caller waits for.
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(current, payload)),
    decode: async (payloads) => payloads.map(decode),
  };
}

function encrypt({ id, key }: PayloadKey, payload: Payload): Payload {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  const sealed = [sealing.update(PayloadType.encode(payload).finish()), sealing.final()];
  return {
    metadata: { [encodingField]: Buffer.from(encryptedEncoding), [keyIdField]: Buffer.from(id) },
    data: Buffer.concat([nonce, ...sealed, sealing.getAuthTag()]),
  };
}

/** @throws PermanentError PAYLOAD_BROKEN for what this key never wrote */
function decrypt({ id, key }: PayloadKey, data: Uint8Array): Payload {
  try {
    const opening = createDecipheriv(cipher, key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
    opening.setAuthTag(data.subarray(-tagBytes));
    const plain = Buffer.concat([opening.update(data.subarray(nonceBytes, -tagBytes)), opening.final()]);
    return PayloadType.decode(plain);
  } catch (cause) {
    const why = 'it was altered, or encrypted with another key of that name';
    throw new PermanentError('PAYLOAD_BROKEN', `a payload of key ${quote(id)} does not open: ${why}`, { cause });
  }
}

function textOf({ metadata }: Payload, field: string): string {
  return Buffer.from(metadata?.[field] ?? []).toString();
}
