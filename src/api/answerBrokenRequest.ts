import type { Socket } from 'node:net';
import { PermanentError } from '../domain/errors';
import { errorAnswer } from './errorAnswer';

const statusOf: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** For what never became a request: no HTTP, headers without end, or bytes that came too slowly. The connection ends with it. */
export function answerBrokenRequest({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorAnswer(new PermanentError('BAD_REQUEST', 'this is no HTTP request')).body);
  const head = [
    `HTTP/1.1 ${statusOf[code ?? ''] ?? '400 Bad Request'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
