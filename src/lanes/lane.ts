import type { Chain } from '../chains/chain';
import type { Operation } from '../chains/encodeExecute';
import type { Execution, SignedTransaction } from './journal';

/** One signer on one chain: the only way a transaction of ours leaves this process. */
export interface Lane {
  readonly chain: Chain;
  /** Signs, journals, then broadcasts one transaction that carries the operation. What the node answered proves nothing. */
  submit(operation: Operation, execution: Execution): Promise<SignedTransaction>;
  /** The same bytes again: harmless whatever became of the first time. */
  rebroadcast(transaction: SignedTransaction): Promise<void>;
}
