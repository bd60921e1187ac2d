import type { Hex } from 'viem';
import { findAppliedTx } from '../chains/findAppliedTx';
import { operationOutcome } from '../chains/operationOutcome';
import { readReceipt } from '../chains/readReceipt';
import type { LaneOperation, Lanes } from './lane';
import { operationKeyOf } from './operationKeyOf';

/**
 * The transaction that applied an operation: by the gateway's events, and where a node keeps them back, the journaled one whose own
 * receipt tells. Null: nothing tells, and the slot alone says that it was applied.
 */
export async function appliedTransaction(
  { chain, journaled }: Pick<Lanes, 'chain' | 'journaled'>,
  operation: LaneOperation,
): Promise<Hex | null> {
  const key = operationKeyOf(chain, operation);
  const told = await findAppliedTx(chain, key);
  if (told) return told;
  for (const { hash } of await journaled(operation)) {
    const receipt = await readReceipt(chain, hash);
    if (receipt && operationOutcome(chain, receipt, key).kind === 'applied') return hash;
  }
  return null;
}
