import type { Hex } from 'viem';
import { askChain, type Chain } from '../../chains/chain';
import { operationOutcome } from '../../chains/operationOutcome';
import { readFinalBlock } from '../../chains/readFinalBlock';
import { readReceipt } from '../../chains/readReceipt';
import type { OperationKind } from '../../domain/slot';
import type { Sighting } from './stepsOf';

interface Sought {
  readonly settlementKey: Hex;
  readonly kind: OperationKind;
  readonly attempt: number;
}

/**
 * Where one operation stands on its chain, by the transactions that carry it, oldest first; null where there is none.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function readSighting(chain: Chain, hashes: readonly Hex[], sought: Sought): Promise<Sighting | null> {
  const last = hashes.at(-1);
  if (last === undefined) return null;
  const receipts = await Promise.all(hashes.map((hash) => readReceipt(chain, hash)));
  const applied = receipts.find((receipt) => receipt && operationOutcome(chain, receipt, sought).kind === 'applied');
  if (!applied) return { txHash: last, block: null, includedAt: null, confirmations: null };
  const { transactionHash, blockHash, blockNumber } = applied;
  const [block, confirmations] = await Promise.all([
    askChain(chain, 'a block', (client) => client.getBlock({ blockHash })),
    readConfirmations(chain, blockNumber),
  ]);
  return {
    txHash: transactionHash,
    block: Number(blockNumber),
    includedAt: new Date(Number(block.timestamp) * 1_000).toISOString(),
    confirmations,
  };
}

async function readConfirmations(chain: Chain, block: bigint) {
  const { finality } = chain.config;
  const head = await askChain(chain, 'its latest block', (client) => client.getBlockNumber());
  const seen = Math.max(1, Number(head - block) + 1);
  if (finality.kind === 'confirmations') return { seen, needed: finality.confirmations };
  const final = await readFinalBlock(chain);
  return { seen, needed: Math.max(1, Number(head - final.number) + 1) };
}
