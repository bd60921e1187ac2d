import type { Address } from 'viem';
import type { PermanentError, TransientError } from '../domain/errors';
import type { Chain } from './chain';
import { checkLimit } from './checkLimit';
import { readLimit } from './readLimit';

/** What is left of a gateway's limits for some tokens, taken from one amount of base units after the other. */
export interface Room {
  /** What is wrong with an amount, or null; a TransientError TRANSIENT_REFUSAL when it does not fit in what is left. */
  check(token: Address, amount: bigint): PermanentError | TransientError | null;
  take(token: Address, amount: bigint): void;
}

/** @throws TransientError CHAIN_UNAVAILABLE */
export async function readRoom(chain: Chain, which: 'burn' | 'mint', tokens: Iterable<Address>): Promise<Room> {
  const limits = new Map(
    await Promise.all(
      [...new Set(tokens)].map(async (token) => [token, await readLimit(chain, token, which)] as const),
    ),
  );
  const limitOf = (token: Address) => limits.get(token) ?? { availableAmount: 0n, maxAmount: 0n };
  return {
    check: (token, amount) => checkLimit(chain, which, amount, limitOf(token)),
    take(token, amount) {
      const { availableAmount, maxAmount } = limitOf(token);
      limits.set(token, { availableAmount: availableAmount - amount, maxAmount });
    },
  };
}
