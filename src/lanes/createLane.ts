import { Mutex } from 'async-mutex';
import { BaseError, keccak256, size, type Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { askChain, type Chain } from '../chains/chain';
import { encodeExecute, type Operation } from '../chains/encodeExecute';
import { readGasOf } from '../chains/readGasOf';
import { TransientError } from '../domain/errors';
import { operationKeyOf } from './operationKeyOf';
import type { Journal, SignedTransaction } from './journal';
import type { Lane } from './lane';

/** EIP-7623 charges data-heavy transactions up to 40 gas a byte; the limit must cover it, unused gas is not paid for. */
const gasPerCalldataByte = 40n;

/** A lane whose nonces are handed out one at a time in this process; the slot keeps other processes' sends harmless. */
export function createLane(chain: Chain, account: PrivateKeyAccount, journal: Journal): Lane {
  const oneAtATime = new Mutex();

  async function sign(operation: Operation): Promise<SignedTransaction> {
    const data = encodeExecute([operation]);
    const nonce = await askChain(chain, 'our next nonce', (client) =>
      client.getTransactionCount({ address: account.address, blockTag: 'pending' }),
    );
    const fees = await askChain(chain, 'its fees', (client) => client.estimateFeesPerGas());
    // Never estimated: estimation finds the least gas at which the outer call succeeds with every operation out of gas.
    const gas = (await readGasOf(chain, [operation.kind])) + BigInt(size(data)) * gasPerCalldataByte;
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId: chain.config.chainId,
      to: chain.config.gateway,
      nonce,
      gas,
      data,
      maxFeePerGas: fees.maxFeePerGas,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    });
    return { hash: keccak256(raw), raw, signer: account.address, nonce };
  }

  return {
    chain,
    submit(operation, execution) {
      // Nonces go out in order: a node may park whatever arrives early for good.
      return oneAtATime.runExclusive(async () => {
        const transaction = await sign(operation);
        await journal.record(execution, operationKeyOf(chain, operation), transaction);
        await broadcast(chain, transaction.raw);
        return transaction;
      });
    },
    rebroadcast(transaction) {
      return oneAtATime.runExclusive(() => broadcast(chain, transaction.raw));
    },
  };
}

/**
 * Hands the bytes to the node. "Known already" and "nonce too low" are answers that a repeated send always gets; whether ours
 * is the transaction that took the nonce is told by its receipt and the slot, not here.
 */
async function broadcast(chain: Chain, raw: Hex): Promise<void> {
  try {
    await chain.client.sendRawTransaction({ serializedTransaction: raw });
  } catch (error) {
    const said = error instanceof BaseError ? `${error.details} ${error.shortMessage}` : String(error);
    if (/already (known|imported)|nonce too low|nonce is lower/i.test(said)) return;
    throw new TransientError('OUTCOME_UNKNOWN', `${chain.config.name} did not take the transaction: ${said}`, {
      cause: error,
    });
  }
}
