import type { Address, Hex } from 'viem';
import type { OrderJson } from '../../../src/domain/order';
import type { Burned, Minted, MintCancelled, Refunded } from '../../../src/domain/steps';

/** Made-up orders, hashes and answers. No key and no chain is behind any of them. */

const addressOf = (digit: string): Address => `0x${digit.repeat(40)}`;
const hashOf = (text: string): Hex => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`;

export const burnTx = hashOf('burn');
export const mintTx = hashOf('mint');
export const refundTx = hashOf('refund');
export const reversalTx = hashOf('reversal');
export const signature: Hex = `0x${'5e'.repeat(65)}`;

export function orderFor(settlementId: string): OrderJson {
  return {
    settlementId,
    // All digits: equal in every checksum.
    holder: addressOf('1'),
    recipient: addressOf('2'),
    token: addressOf('3'),
    destinationToken: addressOf('4'),
    destinationGateway: addressOf('5'),
    amount: '12500000',
    sourceChainId: 31337,
    destinationChainId: 31338,
    validBefore: 4_102_444_800,
    maxAttempts: 3,
  };
}

/** A burn's answer. Window and alarm are long unless a test is about them: none should meet them by accident. */
export function burned(given: Partial<Burned> = {}): Burned {
  return { attempt: 0, txHash: burnTx, mintWindowMs: 60_000, undoAlarmMs: 60_000, ...given };
}

export const minted: Minted = { txHash: mintTx };
export const reversed: Minted = { txHash: reversalTx };
export const refunded: Refunded = { outcome: 'refunded', txHash: refundTx };
export const nothingBurned: Refunded = { outcome: 'nothingBurned' };
export const tombstoned: MintCancelled = { outcome: 'cannotLand', proof: 'tombstone' };
export const expired: MintCancelled = { outcome: 'cannotLand', proof: 'expired' };
export const mintStands: MintCancelled = { outcome: 'minted', txHash: mintTx };
