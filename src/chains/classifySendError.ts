import { BaseError, RpcRequestError } from 'viem';

/**
 * What a node's refusal of a signed transaction says:
 * - known: it has these very bytes already
 * - nonceTooLow: the nonce is used, by these bytes or by others: only the hash's receipt and the slot tell which
 * - underpriced: *another* transaction holds the nonce, and ours does not pay enough more to take its place
 * - feeTooLow: the pool takes nothing that cheap, whatever the nonce
 * - insufficientFunds: the signer cannot pay for the gas
 * - unknown: anything else, and every failure that no node has worded (a timeout, a proxy's page)
 */
export type SendVerdict = 'known' | 'nonceTooLow' | 'underpriced' | 'feeTooLow' | 'insufficientFunds' | 'unknown';

/** The wordings of geth, Erigon, Nethermind, Besu, reth and anvil; the first that fits counts, so the narrower stand first. */
const wordings: readonly (readonly [RegExp, SendVerdict])[] = [
  [
    /^alreadyknown\b|\balready known\b|\bknown transaction\b|\balready imported\b|existing txn? with same hash/,
    'known',
  ],
  // Not the nonce of an EIP-7702 authority, which is somebody else's.
  [/(?<!authority )nonce too low|^oldnonce\b|\bnonce is too low\b/, 'nonceTooLow'],
  [
    /replacement transaction underpriced|could not replace existing tx|insufficient gas price to replace|^replacementnotallowed\b|^ownnoncealreadyused\b/,
    'underpriced',
  ],
  [
    /\bunderpriced\b|max fee per gas less than block base fee|gas price below|fee too low|^feetoolow|priority fee below minimum/,
    'feeTooLow',
  ],
  [/insufficient funds|^insufficientfunds\b|upfront cost exceeds account balance/, 'insufficientFunds'],
];

/**
 * Judged on the raw message of the node: viem maps both "already known" and "transaction already imported" to its
 * NonceTooLowError. A verdict decides nothing about money; it is for what to do next with the same nonce.
 */
export function classifySendError(error: unknown): SendVerdict {
  const message = nodeMessageIn(error)?.trim().toLowerCase();
  if (message === undefined) return 'unknown';
  return wordings.find(([pattern]) => pattern.test(message))?.[1] ?? 'unknown';
}

/** Only a JSON-RPC error is a node's word; an HTTP status and its page are a proxy's. */
function nodeMessageIn(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const refusal = error.walk((cause) => cause instanceof RpcRequestError);
  return refusal instanceof RpcRequestError ? refusal.details : undefined;
}
