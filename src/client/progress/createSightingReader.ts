import type { Hex } from 'viem';
import type { Chain } from '../../chains/chain';
import { findAppliedTx } from '../../chains/findAppliedTx';
import { readSlot } from '../../chains/readSlot';
import { TransientError } from '../../domain/errors';
import { identityOf, type OrderIdentity } from '../../domain/fingerprint';
import type { SettlementOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import type { SettlementRecord } from '../../domain/record';
import { isApplied, type OperationKind } from '../../domain/slot';
import type { SettlementStatus } from '../../domain/status';
import { chainsOf } from '../context';
import { readOrder } from '../readOrder';
import type { ProgressContext } from './createProgressReader';
import { readSighting } from './readSighting';
import type { Seen, Sighting } from './stepsOf';

/** The operations that may be signed, or in a block, by the status. */
const operationsIn: Readonly<Record<SettlementStatus, readonly OperationKind[]>> = {
  PENDING: [],
  PROCESSING: [],
  BURNING: ['Burn'],
  BURNED: ['Burn'],
  MINTING: ['Burn', 'Mint'],
  MINTED: ['Burn', 'Mint'],
  COMPLETED: ['Burn', 'Mint'],
  COMPENSATING: ['Burn', 'Mint', 'CancelMint', 'Refund'],
  FAILED: ['Burn', 'Mint', 'CancelMint', 'Refund'],
};

/** Where the operations of one settlement stand on the chains; what is final is read once, what a chain does not say is as it was. */
export function createSightingReader(context: ProgressContext, settlementId: string) {
  const final = new Map<string, Sighting>();
  let order: SettlementOrder | null = null;
  let last: { readonly attempt: number; readonly sightings: ReadonlyMap<OperationKind, Sighting> } = {
    attempt: -1,
    sightings: new Map(),
  };

  async function readIdentity() {
    order ??= await orderOf(context, settlementId);
    const chains = chainsOf(context, order);
    return { ...identityOf(order, chains.source.config.gateway), ...chains };
  }

  async function lookFor(kind: OperationKind, record: SettlementRecord): Promise<Sighting | null> {
    const { attempt } = record;
    const key = `${kind}:${attempt}`;
    const told = final.get(key);
    if (told) return told;
    const { source, destination, settlementKey, fingerprint } = await readIdentity();
    const chain = kind === 'Burn' || kind === 'Refund' ? source : destination;
    const noted = finalHashOf(kind, record);
    const identity = { settlementKey, fingerprint };
    const hashes = noted === null ? await hashesOf(context, chain, { ...identity, kind, attempt }) : [noted as Hex];
    const sighting = await readSighting(chain, hashes, { settlementKey, kind, attempt });
    if (sighting && noted !== null) final.set(key, sighting);
    return sighting;
  }

  return {
    /** @param keep asks, and notes who does not answer */
    async read(
      record: SettlementRecord,
      keep: (ask: () => Promise<void>) => Promise<void>,
    ): Promise<Seen['sightings']> {
      const sightings = new Map(last.attempt === record.attempt ? last.sightings : []);
      const kinds = operationsIn[record.status];
      // The first alone: it may have to ask for the order.
      if (kinds.length > 0) await keep(() => readIdentity().then(() => undefined));
      if (order) {
        const look = async (kind: OperationKind): Promise<void> => {
          const sighting = await lookFor(kind, record);
          if (sighting) sightings.set(kind, sighting);
          else sightings.delete(kind); // a reorg may have taken it
        };
        await Promise.all(kinds.map((kind) => keep(() => look(kind))));
      }
      last = { attempt: record.attempt, sightings };
      return Object.fromEntries(sightings);
    },
  };
}

/** The record names a hash once it is final. */
function finalHashOf(kind: OperationKind, { burnTxHash, mintTxHash, refundTxHash }: SettlementRecord): string | null {
  if (kind === 'Burn') return burnTxHash;
  if (kind === 'Mint') return mintTxHash;
  return kind === 'Refund' ? refundTxHash : null;
}

async function orderOf(context: ProgressContext, settlementId: string): Promise<SettlementOrder> {
  const row = await context.ledger?.find(settlementId);
  if (row) return row.order;
  const signed = await readOrder(context, settlementId);
  if (!signed) throw new TransientError('OUTCOME_UNKNOWN', `the order of ${settlementId} cannot be read now`);
  return parseOrder(signed.order);
}

/** By the journal; without it by the gateway's own event, once the slot shows the operation. */
async function hashesOf(
  { ledger }: ProgressContext,
  chain: Chain,
  operation: OrderIdentity & { readonly kind: OperationKind; readonly attempt: number },
): Promise<readonly Hex[]> {
  const { fingerprint, kind, attempt } = operation;
  if (ledger?.transactionsOf) {
    const { chainId } = chain.config;
    return (await ledger.transactionsOf({ chainId, fingerprint, kind, attempt })).map(({ hash }) => hash);
  }
  if (!isApplied(await readSlot(chain, operation, 'latest'), kind, attempt)) return [];
  const hash = await findAppliedTx(chain, operation);
  return hash ? [hash] : [];
}
