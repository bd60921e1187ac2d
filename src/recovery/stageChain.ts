import { chunk } from 'es-toolkit/array';
import { getAddress } from 'viem';
import { readExecutions, type Execution } from '../chains/readExecutions';
import { PermanentError } from '../domain/errors';
import { orderToJson } from '../domain/order';
import type { Ledger } from '../ledger/createLedger';
import type { StagedTransaction } from '../ledger/stageRebuild';
import { blockRanges } from './blockRanges';
import type { PinnedChain } from './recoveryContext';

export interface StageOptions {
  /** Of one eth_getLogs. */
  readonly blocksPerRead: number;
  readonly onProgress: (nextBlock: bigint) => void;
}

/** Of one database transaction: one can carry hundreds of operations. */
const transactionsPerPage = 20;

/**
 * Reads a chain's gateway from its first block to the pinned one and keeps what it did, page by page: what is kept is not read
 * again after a crash.
 * @throws TransientError CHAIN_UNAVAILABLE, LEDGER_UNAVAILABLE
 */
export async function stageChain(
  ledger: Ledger,
  { chain, block }: PinnedChain,
  { blocksPerRead, onProgress }: StageOptions,
): Promise<void> {
  const { chainId, gatewayDeployedAtBlock } = chain.config;
  const known = await ledger.journalSigners();
  const signers = new Set<string>(known.filter((one) => one.chainId === chainId).map(({ signer }) => signer));
  const fromBlock = (await ledger.rebuildProgress(chainId)) ?? BigInt(gatewayDeployedAtBlock);
  for (const range of blockRanges({ fromBlock, toBlock: block.number }, blocksPerRead)) {
    const executions = await readExecutions(chain, { ...range, onlyHash: null });
    for (const execution of executions) if (isOurs(execution)) signers.add(getAddress(execution.signer));
    for (const page of chunk(executions, transactionsPerPage)) {
      await ledger.stageRebuild(page.map((execution) => toStaged(chainId, execution, signers)));
    }
    const next = range.toBlock + 1n;
    await ledger.markRebuildRead(chainId, next);
    onProgress(next);
  }
}

/** Anybody may call the gateway and be refused; who was let through once has, or had, a role of ours. */
function isOurs({ operations }: Execution): boolean {
  return operations.some(({ reason }) => reason !== 'NotAuthorized');
}

function toStaged(chainId: number, execution: Execution, signers: ReadonlySet<string>): StagedTransaction {
  const { hash, signer, nonce, raw, maxFeePerGas, maxPriorityFeePerGas } = execution;
  const ours = signers.has(getAddress(signer));
  if (ours && raw === null) {
    throw new PermanentError('CONTRADICTION', `${signer} is a lane's key, and ${hash} is of a type that no lane signs`);
  }
  const fees = { maxFeePerGas, maxPriorityFeePerGas };
  return {
    ours,
    transaction: {
      chainId,
      signer,
      nonce,
      hash,
      raw: raw ?? '0x',
      ...fees,
      replacement: 0,
      operations: operationsOf(execution),
    },
    applied: execution.operations.flatMap(
      ({ name, settlementKey, fingerprint, kind, attempt, order, signature }, position) =>
        name === 'OperationApplied'
          ? [{ position, settlementKey, fingerprint, kind, attempt, order: order && orderToJson(order), signature }]
          : [],
    ),
  };
}

/** As the journal names them; what no lane can have asked for is left out. */
function operationsOf({ operations }: Execution): StagedTransaction['transaction']['operations'] {
  return operations.flatMap(({ order, settlementKey, fingerprint, kind, attempt }) =>
    order ? [{ settlementId: order.settlementId, settlementKey, fingerprint, kind, attempt }] : [],
  );
}
