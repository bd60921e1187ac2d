import type { DataConverter } from '@temporalio/common';
import type { Config } from '../config';
import { createEncryptionCodec } from './createEncryptionCodec';
import { failureConverterPath } from './failureConverterPath';
import { loadPayloadKeys } from './loadPayloadKeys';

/**
 * How every client and worker writes and reads what Temporal keeps: encrypted, where the configuration names keys; undefined, so
 * Temporal's own way, where it names none.
 * @throws ConfigError CONFIG_INVALID that names the field and never shows what a file holds
 */
export function dataConverterOf({ payloads }: Pick<Config, 'payloads'>): DataConverter | undefined {
  if (!payloads) return undefined;
  return { payloadCodecs: [createEncryptionCodec(loadPayloadKeys(payloads))], failureConverterPath };
}
