import { CancelledFailure } from '@temporalio/activity';
import type { FinalSlot } from '../chains/readFinalSlot';
import { readLimit } from '../chains/readLimit';
import { readPaused } from '../chains/readPaused';
import { PermanentError, TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { SettlementStatus } from '../domain/status';
import type { AttemptRequest, Minted } from '../domain/steps';
import { failpoint } from '../failpoint';
import { appliedTransaction } from '../lanes/appliedTransaction';
import { isBurned } from '../lanes/isBurned';
import type { Pace } from '../lanes/pace';
import { readSlots, type Slots } from '../lanes/readSlots';
import { settleOperation } from '../lanes/settleOperation';
import type { Step } from '../ledger/ledger';
import { createPace } from './createPace';
import { desksOf, type ChainDesk, type Dependencies } from './dependencies';
import { operationFor } from './operationFor';
import { ownedSettlement } from './ownedSettlement';
import { withheldError } from './withheldError';

const transientReasons = new Set(['RateLimited', 'PausedAll', 'NotAuthorized']);

/** It goes forward again: what an operator was called for is over. */
const atEase = { needsOperator: false, errorCode: null, errorMessage: null } as const;

/** What the ledger is told when the mint is final, from where it stands. */
const stepsFrom: Partial<Record<SettlementStatus, readonly SettlementStatus[]>> = {
  BURNED: ['MINTING', 'MINTED', 'COMPLETED'],
  MINTING: ['MINTED', 'COMPLETED'],
  COMPENSATING: ['MINTED', 'COMPLETED'],
  MINTED: ['COMPLETED'],
};

/**
 * Takes a settlement from BURNED to COMPLETED: mints on the destination chain, waits until that is final, and then sees that
 * the burn still stands. Never mints unless the burn is final at this moment.
 * @throws PermanentError MINT_REFUSED or EXPIRED: a final answer, though no proof that no mint can land: that is cancelMint's
 * @throws PermanentError BURN_VANISHED: minted, and the source slot, final and latest, holds no burn of this attempt any more
 */
export async function mint(
  deps: Dependencies,
  { order: json, attempt }: AttemptRequest,
  pace: Pace = createPace(),
): Promise<Minted> {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const identity = identityOf(order, source.chain.config.gateway);
  const readBurn = () => readSlots(source.settler, identity, (seen) => isBurned(seen, attempt));
  /** What must hold before money moves; all that is asked here is asked at once. */
  const look = () => Promise.all([readBurn(), readOpen(destination, order)]);
  let looked: ReturnType<typeof look> | null = look();
  looked.catch(() => undefined); // it may not be needed
  const [row, slots] = await Promise.all([
    ownedSettlement(deps, order, identity, pace),
    readSlots(destination.settler, identity),
  ]);
  const { owner } = row;
  let { status } = row.record;
  const operation = operationFor(identity, order, { kind: 'Mint', attempt, owner });
  failpoint('mint-owned');

  const settled = await settleOperation(
    destination.settler,
    operation,
    pace,
    async (final) => {
      const [burned, isOpen] = await (looked ?? look());
      looked = null;
      requireBurn(source, burned, attempt);
      if (final.block.timestamp >= order.validBefore)
        throw new PermanentError('EXPIRED', 'the order ran out before the mint');
      if (!isOpen) throw notOpen(destination);
      if (status === 'COMPENSATING') {
        await deps.ledger.advance({ owner, attempt, to: 'MINTING', facts: atEase });
        failpoint('mint-forward');
      }
      status = 'MINTING'; // by the journal
    },
    { nothingJournaled: status === 'BURNED', slots }, // the journal moves it on
  );

  const advance = async ([first, ...more]: readonly Step[]): Promise<void> => {
    if (first) await deps.ledger.advance([first, ...more]);
  };
  switch (settled.kind) {
    case 'cancelled':
      throw new CancelledFailure('cancelled before the mint');
    case 'withheld':
      if (settled.reason === 'noMintMark' || settled.reason === 'epoch') throw withheld(settled.reason);
      throw withheldError('mint', settled.reason);
    case 'superseded':
      throw new PermanentError('MINT_REFUSED', `the destination slot is ${slotText(settled.final)}`);
    case 'refused': {
      const message = `the gateway on ${destination.chain.config.name} refused the mint: ${settled.reason}`;
      if (transientReasons.has(settled.reason)) throw new TransientError('TRANSIENT_REFUSAL', message);
      throw new PermanentError(settled.reason === 'Expired' ? 'EXPIRED' : 'MINT_REFUSED', message);
    }
    case 'applied': {
      const txHash = settled.transactionHash ?? (await appliedTransaction(destination.settler, operation));
      const steps = (stepsFrom[status] ?? []).map((to) => ({
        owner,
        attempt,
        to,
        facts: { mintTxHash: txHash, ...atEase },
      }));
      failpoint('mint-final');
      const { final: still, latest } = await readBurn();
      if (isApplied(still.slot, 'Burn', attempt)) {
        await advance(steps);
        failpoint('mint-advanced');
        return { txHash };
      }
      // It stands, and the chain shows a lower head than before: a node that lags, or a reorg that is not over.
      if (isApplied(latest, 'Burn', attempt)) throw awaitingFinality(source, attempt);
      await advance(steps.filter(({ to }) => to !== 'COMPLETED'));
      throw new PermanentError('BURN_VANISHED', `minted, but the source slot is ${slotText(still)}`);
    }
  }
}

function requireBurn({ chain }: ChainDesk, slots: Slots, attempt: number): void {
  if (!isBurned(slots, attempt)) throw awaitingFinality({ chain }, attempt);
}

function awaitingFinality({ chain }: Pick<ChainDesk, 'chain'>, attempt: number): TransientError {
  return new TransientError('AWAITING_FINALITY', `no burn of attempt ${attempt} is final on ${chain.config.name}`);
}

async function readOpen({ chain }: ChainDesk, order: SettlementOrder): Promise<boolean> {
  const [limit, isPaused] = await Promise.all([
    readLimit(chain, order.destinationToken, 'mint'),
    readPaused(chain, 'all'),
  ]);
  return !isPaused && limit.availableAmount >= order.amount;
}

function notOpen({ chain }: ChainDesk): TransientError {
  return new TransientError('TRANSIENT_REFUSAL', `the gateway on ${chain.config.name} is paused or at its limit`);
}

function withheld(reason: 'noMintMark' | 'epoch'): PermanentError {
  const why = {
    noMintMark: 'the ledger marked that no mint of this attempt will ever be sent',
    epoch: 'the settlement is older than the ledger: after a restore none of its mints is sent any more',
  };
  return new PermanentError('MINT_REFUSED', why[reason]);
}

function slotText({ slot }: FinalSlot): string {
  return `${slot.state}(${slot.attempt})`;
}
