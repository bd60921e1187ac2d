import { BaseError, RpcRequestError } from 'viem';
import { classifySendError } from '../classifySendError';
import type { RpcRequest } from './endpoint';

/**
 * Whether the node has spoken on the matter, so that another would say the same: a revert of a read, a refusal of a send whose
 * wording is known. All else (a busy node, one that lacks a block or a method) is worth asking the next; reads and the same
 * signed bytes may be asked twice.
 */
export function isAnswer({ method }: RpcRequest, error: unknown): boolean {
  if (method === 'eth_sendRawTransaction') return classifySendError(error) !== 'unknown';
  if (!(error instanceof BaseError)) return false;
  const refusal = error.walk((cause) => cause instanceof RpcRequestError);
  return refusal instanceof RpcRequestError && (refusal.code === 3 || /revert/i.test(refusal.details));
}
