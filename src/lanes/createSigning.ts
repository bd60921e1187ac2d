import { keccak256, size, type Hex } from 'viem';
import { askChain, type Chain } from '../chains/chain';
import { encodeExecute } from '../chains/encodeExecute';
import { readGasCaps } from '../chains/readGasCaps';
import type { Signer } from '../signers/signer';
import type { Fees } from './fees';
import type { LaneOperation } from './lane';

/** EIP-7623 charges data-heavy transactions up to 40 gas a byte; the limit must cover it, unused gas is not paid for. */
const gasPerCalldataByte = 40n;
/** EIP-7825: no transaction may ask for more, however large the block. */
const mostTransactionGas = 2n ** 24n;

export interface SignedBytes extends Fees {
  readonly hash: Hex;
  readonly raw: Hex;
}

export interface Signing {
  sign(nonce: number, operations: readonly LaneOperation[], fees: Fees): Promise<SignedBytes>;
  /** The first of these that fit one transaction: in number, and in gas (half a block's, or the most a transaction may have). */
  take(waiting: readonly LaneOperation[], mostOperations: number): number;
}

/** What one signer signs on one chain. The gateway's caps and the block's size are read once: they are constants of both. */
export async function createSigning(chain: Chain, signer: Signer): Promise<Signing> {
  const [caps, block] = await Promise.all([
    readGasCaps(chain),
    askChain(chain, "its blocks' size", (client) => client.getBlock({ blockTag: 'latest' })),
  ]);
  // Never estimated: estimation finds the least gas at which the outer call succeeds with every operation out of gas.
  const gasOf = (operations: readonly LaneOperation[], data: Hex): bigint =>
    operations.reduce((sum, { kind }) => sum + caps.of[kind], caps.base) + BigInt(size(data)) * gasPerCalldataByte;
  const mostGas = block.gasLimit / 2n < mostTransactionGas ? block.gasLimit / 2n : mostTransactionGas;

  return {
    async sign(nonce, operations, fees) {
      const data = encodeExecute(operations);
      const raw = await signer.signTransaction({
        type: 'eip1559',
        chainId: chain.config.chainId,
        to: chain.config.gateway,
        nonce,
        gas: gasOf(operations, data),
        data,
        ...fees,
      });
      return { hash: keccak256(raw), raw, ...fees };
    },
    take(waiting, mostOperations) {
      let gas = caps.base;
      let count = 0;
      for (const operation of waiting.slice(0, mostOperations)) {
        // An upper bound on an operation's calldata: its fixed words, its id and its signature.
        const bytes = 800n + BigInt(operation.order.settlementId.length + size(operation.signature));
        gas += caps.of[operation.kind] + bytes * gasPerCalldataByte;
        if (count > 0 && gas > mostGas) break;
        count += 1;
      }
      return count;
    },
  };
}
