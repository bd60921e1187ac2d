import { afterwardsOf, type createGateway, type Operation, type Slot } from './gateway';
import {
  attemptOfCode,
  effectOf,
  forgotten,
  isJournaledCode,
  isSigned,
  pooledOf,
  type TransactionCode,
} from './transaction';

/** What the chain says at one block. */
export interface Block {
  readonly slot: Slot;
  readonly isExpired: boolean;
  readonly isRevoked: boolean;
  /** Ghost, which nobody of the system reads: one bit for each operation and attempt that moved tokens (see `movedBit`). */
  readonly moved: number;
}

/** One chain: its final block, what is in and may be reorged away, and signed bytes that may land whenever they like. */
export interface Chain {
  readonly final: Block;
  readonly suffix: readonly TransactionCode[];
  /** Sorted; equal ones stand twice. */
  readonly pool: readonly TransactionCode[];
}

export const newChain: Chain = {
  final: { slot: 0, isExpired: false, isRevoked: false, moved: 0 },
  suffix: [],
  pool: [],
};

/** Set when something was burned, refunded or minted twice in one attempt. */
export const twiceBit = 64;

export function movedBit(effect: 'Burn' | 'Refund' | 'Mint', attempt: number): number {
  return 1 << ({ Burn: 0, Refund: 2, Mint: 4 }[effect] + attempt);
}

export const hasMoved = ({ moved }: Block, effect: 'Burn' | 'Refund' | 'Mint', attempt: number): boolean =>
  (moved & movedBit(effect, attempt)) !== 0;

type Gateway = ReturnType<typeof createGateway>;

/** The next block, with this one transaction in it. One that the gateway refuses uses its nonce and changes nothing. */
function including(block: Block, code: TransactionCode, gateway: Gateway): Block {
  const effect = effectOf(code);
  if (effect === 'Empty') return block;
  if (effect === 'Expire') return { ...block, isExpired: true };
  if (effect === 'Revoke') return { ...block, isRevoked: true };
  const attempt = attemptOfCode(code);
  if (block.isExpired && (effect === 'Burn' || effect === 'Mint')) return block;
  if (block.isRevoked && effect === 'Burn') return block;
  if (!gateway(block.slot, effect, attempt)) return block;
  return { ...block, slot: afterwardsOf(effect, attempt), moved: movedAfter(block.moved, effect, attempt) };
}

function movedAfter(moved: number, effect: Operation, attempt: number): number {
  if (effect === 'CancelMint') return moved;
  const bit = movedBit(effect, attempt);
  return (moved & bit) === 0 ? moved | bit : moved | twiceBit;
}

export function latestOf({ final, suffix }: Chain, gateway: Gateway): Block {
  let block = final;
  for (const code of suffix) block = including(block, code, gateway);
  return block;
}

/** Lands bytes of the pool (for a burn that was replaced, either of its nonce's two), or a block event. */
export function land(chain: Chain, code: TransactionCode): Chain {
  const pool = isSigned(code) ? withoutOne(chain.pool, pooledOf(code)) : chain.pool;
  return { ...chain, suffix: [...chain.suffix, code], pool };
}

/** A reorg drops the newest; dropped bytes may land again. */
export function reorg(chain: Chain): Chain {
  const code = chain.suffix.at(-1);
  if (code === undefined) return chain;
  const pool = isSigned(code) ? withOne(chain.pool, pooledOf(code)) : chain.pool;
  return { ...chain, suffix: chain.suffix.slice(0, -1), pool };
}

/** The oldest of the suffix becomes final. Its nonce is used: neither it nor a replacement can land again. */
export function finalize(chain: Chain, gateway: Gateway): Chain {
  const [oldest, ...suffix] = chain.suffix;
  return oldest === undefined ? chain : { ...chain, final: including(chain.final, oldest, gateway), suffix };
}

export function withOne(pool: readonly TransactionCode[], code: TransactionCode): readonly TransactionCode[] {
  return [...pool, code].sort((a, b) => a - b);
}

export function withoutOne(pool: readonly TransactionCode[], code: TransactionCode): readonly TransactionCode[] {
  const at = pool.indexOf(code);
  return pool.filter((_, index) => index !== at);
}

/** After a restore the journal does not know what is on its way: the worst case, whenever the backup was taken. */
export function forget(chain: Chain): Chain {
  return {
    ...chain,
    suffix: chain.suffix.map((code) => (isSigned(code) ? forgotten(code) : code)),
    pool: chain.pool.map(forgotten).sort((a, b) => a - b),
  };
}

/** How many signed transactions with this operation may still land, or are in and not final. */
export function countAlive(chain: Chain, effect: Operation, attempt: number, onlyJournaled: boolean): number {
  const isOne = (code: TransactionCode): boolean => {
    if (!isSigned(code) || (onlyJournaled && !isJournaledCode(code))) return false;
    const pooled = pooledOf(code);
    return effectOf(pooled) === effect && attemptOfCode(pooled) === attempt;
  };
  let count = 0;
  for (const code of chain.pool) if (isOne(code)) count += 1;
  for (const code of chain.suffix) if (isOne(code)) count += 1;
  return count;
}
