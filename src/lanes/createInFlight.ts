import type { Logger } from 'pino';
import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readNonce } from '../chains/readNonce';
import { failpoint } from '../failpoint';
import type { Ledger } from '../ledger/createLedger';
import type { JournaledTransaction, LaneLease } from '../ledger/ledger';
import { broadcast } from './broadcast';
import type { Signing } from './createSigning';
import { bumpedFees, type Fees } from './fees';
import type { LaneOperation } from './lane';
import type { LaneMetrics } from './laneMetrics';
import type { LaneOptions } from './laneOptions';

export interface InFlightParts {
  readonly chain: Chain;
  readonly watcher: BlockWatcher;
  readonly ledger: Ledger;
  readonly signing: Signing;
  readonly fees: () => Promise<Fees>;
  readonly options: LaneOptions;
  readonly metrics: LaneMetrics;
  readonly log: Logger;
}

/** What a lane has journaled and what is not final yet. Its calls must not overlap: nonces go out in order. */
export interface InFlight {
  readonly isEmpty: boolean;
  /** The chain's own next nonce, as far as it was seen: somebody else may have used our key. */
  readonly atLeastNonce: number;
  /** A flush or replacement whose answer was lost may be journaled: the journal is read before anything follows it. */
  doubt(): void;
  /** Reads the journal where there is doubt, and sends what is in it and was not followed. */
  settleDoubt(): Promise<void>;
  /** Sends what was just journaled, and follows it. */
  add(transaction: JournaledTransaction, operations: readonly LaneOperation[]): Promise<void>;
  /** Lets go of what is final, sends again what is missing, and replaces what is missing for long. */
  lookAfter(): Promise<void>;
}

interface Sent {
  transaction: JournaledTransaction;
  /** What a replacement can carry; nothing is known of what an earlier owner signed. */
  readonly operations: readonly LaneOperation[];
  /** Since when these bytes are missing in the latest block; null: they, or others on their nonce, are in. */
  missingSince: number | null;
  lastSentAt: number;
}

export function createInFlight(lease: LaneLease, parts: InFlightParts): InFlight {
  const { chain, watcher, ledger, signing, options, metrics, log } = parts;
  let sent: Sent[] = [];
  let unsure = true; // the lane's last owner may have left something
  let atLeastNonce = 0;

  async function send(one: Sent): Promise<void> {
    one.lastSentAt = Date.now();
    const { hash, nonce, raw } = one.transaction;
    failpoint('broadcast-before', ...one.transaction.operations.map(({ kind }) => kind));
    const verdict = await broadcast(chain, raw);
    failpoint('broadcast-after', ...one.transaction.operations.map(({ kind }) => kind));
    if (verdict !== 'taken') log.warn({ verdict, hash, nonce }, 'not taken');
    watcher.poke();
  }

  /** In the order of nonces: nothing of it may be lost or overtaken. */
  async function recover(): Promise<void> {
    const followed = new Map(sent.map((one) => [one.transaction.nonce, one]));
    const open = await ledger.openTransactions(lease);
    const newest = new Map(open.map((transaction) => [transaction.nonce, transaction])); // the last replacement wins
    const now = Date.now();
    sent = [...newest].map(([nonce, transaction]) => {
      const known = followed.get(nonce);
      if (known?.transaction.hash === transaction.hash) return known;
      // Left by another, or a replacement whose answer was lost.
      return { transaction, operations: known?.operations ?? [], missingSince: now, lastSentAt: 0 };
    });
    atLeastNonce = Math.max(atLeastNonce, await readNonce(chain, lease.signer, 'latest'));
    for (const one of sent.filter(({ lastSentAt }) => lastSentAt === 0)) {
      failpoint('recovery-resending');
      await send(one);
    }
    unsure = false;
  }

  /** Another transaction on the same nonce, at a higher fee, with what may still be sent of the first one's operations. */
  async function bump(one: Sent): Promise<void> {
    const { nonce } = one.transaction;
    const fees = bumpedFees(one.transaction, await parts.fees(), options.maxFeePerGasWei);
    if (!fees) {
      metrics.stuckAtFeeCap();
      return log.error({ nonce }, 'stuck at the fee cap: the same bytes go on being sent');
    }
    const sign = (at: number, accepted: readonly LaneOperation[]) => signing.sign(at, accepted, fees);
    failpoint('replacement-begun');
    unsure = true; // until it is known whether it is journaled: the same bytes cannot be journaled twice
    const { transaction } = await ledger.replace(lease, nonce, one.operations, sign);
    unsure = false;
    if (!transaction) return;
    failpoint('replacement-journaled');
    one.transaction = transaction;
    one.missingSince = Date.now();
    metrics.replaced();
    log.warn({ nonce, hash: transaction.hash }, 'replaced at a higher fee');
  }

  return {
    get isEmpty() {
      return sent.length === 0;
    },
    get atLeastNonce() {
      return atLeastNonce;
    },
    doubt() {
      unsure = true;
    },
    async settleDoubt() {
      if (unsure) await recover();
    },
    async add(transaction, operations) {
      const now = Date.now();
      const one = { transaction, operations, missingSince: now, lastSentAt: now };
      sent.push(one);
      await send(one);
    },
    async lookAfter() {
      const final = watcher.finalBlock();
      const [latestNonce, finalNonce] = await Promise.all([
        readNonce(chain, lease.signer, 'latest'),
        final ? readNonce(chain, lease.signer, final.hash) : 0,
      ]);
      atLeastNonce = Math.max(atLeastNonce, latestNonce);
      if (sent.some(({ transaction }) => transaction.nonce < finalNonce)) {
        await ledger.finalizeNonces(lease, finalNonce);
        failpoint('nonces-closed');
        sent = sent.filter(({ transaction }) => transaction.nonce >= finalNonce);
      }
      const missing = sent.filter(({ transaction }) => transaction.nonce >= latestNonce);
      metrics.inFlight(sent.length, missing.length);
      // What a reorg drops had paid enough: its time begins anew.
      for (const one of sent) one.missingSince = missing.includes(one) ? (one.missingSince ?? Date.now()) : null;
      const [oldest] = missing;
      if (!oldest || Date.now() - oldest.lastSentAt < options.rebroadcastAfterMs) return;
      if (Date.now() - (oldest.missingSince ?? Date.now()) >= options.bumpAfterMs) await bump(oldest);
      for (const one of missing) await send(one); // all of them: a node may have parked the later ones for the first
    },
  };
}
