import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { TransientError } from '../domain/errors';
import type { Ledger } from '../ledger/createLedger';
import type { Signer } from '../signers/signer';
import { beginTenure, type Tenure } from './beginTenure';
import { broadcast } from './broadcast';
import { createSigning } from './createSigning';
import { createFeeSource, type Fees } from './fees';
import { holdLease } from './holdLease';
import { createLaneMetrics } from './laneMetrics';
import type { Lanes } from './lane';
import type { LaneOptions } from './laneOptions';
import { operationKeyOf } from './operationKeyOf';

export interface LanesParts {
  readonly chain: Chain;
  readonly watcher: BlockWatcher;
  readonly ledger: Ledger;
  /** The keys of this role; a worker uses one at a time, and takes over what another left on the rest. */
  readonly signers: readonly Signer[];
  /** This process, told apart from every other that ever was. */
  readonly holder: string;
  readonly options: LaneOptions;
  readonly log: Logger;
  /** Absent: nobody listens. */
  readonly meter?: MetricMeter;
  /** Throws while the chain is not to be signed for. */
  readonly mustBeVerified?: () => Promise<void>;
}

/** The lanes of one role on one chain, as one worker uses them: it leases one when there is something to send. */
export function createLanes(parts: LanesParts): Lanes {
  const { chain, watcher, ledger, signers, holder, options, log } = parts;
  const askedFees = createFeeSource(chain);
  // Before every signing, and outside of the ledger's transaction, a lane asks for its fees.
  const fees = async (): Promise<Fees> => {
    await parts.mustBeVerified?.();
    return askedFees();
  };
  const tenures = new Map<Signer, Tenure>();
  const taking = new Map<Signer, Promise<Tenure | null>>();
  let current: Promise<Tenure> | null = null;
  let closed = false;
  let settling = 0;
  let tenureCount = 0;

  /** Asked for while it is being taken it is the same taking: a lane has one tenure. */
  const take = (signer: Signer): Promise<Tenure | null> => {
    if (closed) return Promise.resolve(null);
    const mine = taking.get(signer) ?? begin(signer).finally(() => taking.delete(signer));
    taking.set(signer, mine);
    return mine;
  };

  const begin = async (signer: Signer): Promise<Tenure | null> => {
    // A tenure is a holder of its own. As the same one it would get the fence of an earlier tenure that gave the lease up for lost
    // while the database still holds it, and what that tenure has under way would pass.
    const lane = { chainId: chain.config.chainId, signer: signer.address, holder: `${holder}/${(tenureCount += 1)}` };
    const held = await holdLease(ledger, lane, options.leaseTtlMs);
    if (!held) return null;
    const metrics = createLaneMetrics(parts.meter ?? noopMetricMeter, chain.config.name, signer.address);
    const laneLog = log.child({ chain: chain.config.name, signer: signer.address });
    try {
      const signing = await createSigning(chain, signer);
      const tenure = await beginTenure({
        chain,
        watcher,
        ledger,
        signing,
        fees,
        held,
        inCompany: () => settling > 1,
        options,
        metrics,
        log: laneLog,
      });
      tenures.set(signer, tenure);
      metrics.held(true);
      void tenure.ended.then(() => {
        tenures.delete(signer);
        metrics.held(false);
      });
      laneLog.info({ fence: held.lease.fence }, 'lane taken');
      return tenure;
    } catch (error) {
      await held.release();
      throw error;
    }
  };

  const takeAny = async (): Promise<Tenure> => {
    for (const signer of signers) {
      const tenure = tenures.get(signer) ?? (await take(signer));
      if (tenure) return tenure;
    }
    throw new TransientError('LANE_BUSY', `every lane on ${chain.config.name} is another worker's`, {
      retryAfterMs: 1_000,
    });
  };

  const tenure = (): Promise<Tenure> => {
    if (closed) return Promise.reject(new TransientError('LANE_BUSY', 'this worker is shutting down'));
    if (current) return current;
    const mine = (current = takeAny());
    const forget = (): void => {
      if (current === mine) current = null;
    };
    mine.then(({ ended }) => ended).then(forget, forget);
    return mine;
  };

  /** A lane whose owner died may hold back a nonce, and everything after it: whoever lives settles it, and gives it back. */
  const adopt = async (): Promise<void> => {
    for (const signer of signers) {
      if (closed || tenures.has(signer)) continue;
      const lane = { chainId: chain.config.chainId, signer: signer.address };
      if ((await ledger.openTransactions(lane)).length > 0) await take(signer);
    }
  };
  const adopting = setInterval(
    () => void adopt().catch((error: unknown) => log.warn({ error: String(error) }, 'adopt')),
    options.leaseTtlMs,
  );
  adopting.unref();

  return {
    chain,
    watcher,
    begin() {
      settling += 1;
      return () => void (settling -= 1);
    },
    submit: async (operation) => (await tenure()).submit(operation),
    journaled: (operation) => ledger.transactionsOf(operationKeyOf(chain, operation)),
    async rebroadcast({ raw }) {
      await broadcast(chain, raw);
      watcher.poke();
    },
    async close() {
      closed = true;
      clearInterval(adopting);
      await Promise.allSettled(taking.values()); // what is being taken just now is given back too
      await Promise.all([...tenures.values()].map((one) => one.end()));
    },
  };
}
