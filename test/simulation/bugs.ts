import './workflowGlobals';
import { createActivities } from '../../src/activities/createActivities';
import type { ChainDesk, Dependencies } from '../../src/activities/dependencies';
import { ApplicationFailure } from '@temporalio/common';
import type { Chain } from '../../src/chains/chain';
import type { Lanes } from '../../src/lanes/lane';
import { Saga } from '../../src/workflows/saga';
import type { Bug, World } from './world';

/* Mistakes that somebody could make, each of which the simulation must find: what finds nothing proves nothing. */

type Ledger = Dependencies['ledger'];

function withLedger(deps: Dependencies, change: Partial<Ledger>): Dependencies {
  return { ...deps, ledger: { ...deps.ledger, ...change } };
}

/** The newest block counts as final on one of the chains. */
function hasty(world: World, deps: Dependencies, which: 'source' | 'destination'): Dependencies {
  const hastyChain = ({ config, client }: Chain): Chain => ({
    client,
    config: { ...config, finality: { kind: 'confirmations', confirmations: 1 } },
  });
  const hastyLanes = (lanes: Lanes): Lanes => ({ ...lanes, chain: hastyChain(lanes.chain) });
  const hastyDesk = ({ chain, settler, refunder, reverser }: ChainDesk): ChainDesk => ({
    chain: hastyChain(chain),
    settler: hastyLanes(settler),
    refunder: hastyLanes(refunder),
    reverser: reverser && hastyLanes(reverser),
  });
  const { name } = world[which].chain.policy;
  return { ...deps, desks: deps.desks.map((desk) => (desk.chain.config.name === name ? hastyDesk(desk) : desk)) };
}

export const bugs: readonly Bug[] = [
  {
    name: 'the mint does not wait for the burn to be final',
    plant: (world, deps) => createActivities(hasty(world, deps, 'source')),
  },
  {
    name: 'the refund does not wait for the tombstone to be final',
    plant: (world, deps) => createActivities(hasty(world, deps, 'destination')),
  },
  {
    name: 'the attempt is counted instead of read',
    plant(world, deps) {
      const count = (): number => {
        const { attempt, status } = world.ledger.tables.row?.record ?? { attempt: 0, status: 'PENDING' };
        return status === 'FAILED' ? attempt + 1 : attempt;
      };
      const enter: Ledger['enter'] = (request) => deps.ledger.enter({ ...request, attempt: count() });
      return createActivities(withLedger(deps, { enter }));
    },
  },
  {
    name: 'a mint that is unknown counts as failed',
    plant(_, deps) {
      const real = createActivities(deps);
      const trusting = createActivities(withLedger(deps, { markNoMint: async () => true }));
      return {
        ...real,
        mint: (request) =>
          real.mint(request).catch((error: unknown) => {
            throw ApplicationFailure.nonRetryable(String(error), 'MINT_REFUSED');
          }),
        cancelMint: (request) => trusting.cancelMint(request),
        refund: (request) => trusting.refund(request),
      };
    },
  },
  {
    name: 'FAILED is written without a proof',
    plant(world, deps) {
      const { ledger } = deps;
      const hashes = () => world.ledger.tables.journal.map(({ transaction: { hash } }) => hash);
      const unproved: Partial<Ledger> = {
        transactionsOf: (query) => (query.kind === 'Burn' ? Promise.resolve([]) : ledger.transactionsOf(query)),
        failUnburned: (request) => ledger.failUnburned({ ...request, seenHashes: hashes(), requireEpoch: false }),
      };
      return createActivities(withLedger(deps, unproved));
    },
  },
  {
    name: 'the undos run in the order of their steps',
    plant: (_, deps) => createActivities(deps),
    inWorkflow() {
      const real = Object.getOwnPropertyDescriptor(Saga.prototype, 'register') as PropertyDescriptor;
      const register: Saga['register'] = function (this: Saga, name, undo) {
        const { compensations } = this as unknown as { compensations: { name: string; undo: typeof undo }[] };
        if (compensations.every((one) => one.name !== name)) compensations.push({ name, undo });
      };
      Object.defineProperty(Saga.prototype, 'register', { ...real, value: register });
      return () => void Object.defineProperty(Saga.prototype, 'register', real);
    },
  },
  {
    name: 'the mark "no mint" does not keep a mint from being journaled',
    plant(world, deps) {
      const { tables } = world.ledger;
      const real = tables.marksOf.bind(tables);
      tables.marksOf = (attempt) => ({ ...real(attempt), noMint: false });
      return createActivities(deps);
    },
  },
];
