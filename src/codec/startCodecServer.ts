import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { isLoopback } from '../api/isLoopback';
import { urlOf } from '../api/urlOf';
import type { CodecConfig } from '../config';
import { ConfigError } from '../domain/errors';
import { createEncryptionCodec } from '../payloads/createEncryptionCodec';
import { loadPayloadKeys } from '../payloads/loadPayloadKeys';
import { createCodecServer } from './createCodecServer';

export interface RunningCodecServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the codec: to this machine alone, unless callers are asked who they are.
 * @throws ConfigError CONFIG_INVALID
 */
export async function startCodecServer(config: CodecConfig, log: Logger): Promise<RunningCodecServer> {
  const { host, port, tokenFile, allowWithoutToken } = config.codec;
  if (tokenFile === undefined && !allowWithoutToken && !isLoopback(host)) {
    const why = `${host} is open to others: name a codec.tokenFile, or set codec.allowWithoutToken`;
    throw new ConfigError('CONFIG_INVALID', `config: codec.host: ${why}`);
  }
  const codec = createEncryptionCodec(loadPayloadKeys(config.payloads));
  const token = tokenFile === undefined ? null : readToken(tokenFile);
  const app = await createCodecServer({ codec, options: config.codec, token, log });
  await app.listen({ host, port });
  return { url: urlOf(app.server.address() as AddressInfo), close: () => app.close() };
}

function readToken(file: string): string {
  let token = '';
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError('CONFIG_INVALID', 'config: codec.tokenFile: it cannot be read');
  }
  if (/^[\x21-\x7e]{16,}$/.test(token)) return token;
  throw new ConfigError('CONFIG_INVALID', 'config: codec.tokenFile: a token has 16 characters or more, and no spaces');
}
