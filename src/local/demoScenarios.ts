import type { DevAccountName } from './devAccounts';
import type { OperationKind } from '../domain/slot';

/** One demo settlement: what is asked for, and what the chains must show afterwards. */
export interface DemoScenario {
  readonly name: string;
  readonly story: string;
  readonly holder: DevAccountName;
  readonly recipient: DevAccountName;
  readonly source: string;
  readonly destination: string;
  /** Whole tokens, as people write them. */
  readonly amount: string;
  readonly submissions: number;
  readonly status: 'COMPLETED' | 'FAILED';
  /** What moves value, in order; a tombstone moves none. */
  readonly moves: readonly { readonly chain: string; readonly kind: OperationKind; readonly account: DevAccountName }[];
}

export const demoScenarios: readonly DemoScenario[] = [
  {
    name: 'payment',
    story: 'alice on alder pays bob on birch 12.5 USDS',
    holder: 'alice',
    recipient: 'bob',
    source: 'alder',
    destination: 'birch',
    amount: '12.5',
    submissions: 1,
    status: 'COMPLETED',
    moves: [
      { chain: 'alder', kind: 'Burn', account: 'alice' },
      { chain: 'birch', kind: 'Mint', account: 'bob' },
    ],
  },
  {
    name: 'refused',
    story: 'alice pays mallory, who is frozen on birch: the mint is refused, alice gets her 40 USDS back',
    holder: 'alice',
    recipient: 'mallory',
    source: 'alder',
    destination: 'birch',
    amount: '40',
    submissions: 1,
    status: 'FAILED',
    moves: [
      { chain: 'alder', kind: 'Burn', account: 'alice' },
      { chain: 'alder', kind: 'Refund', account: 'alice' },
    ],
  },
  {
    name: 'twentyfold',
    story: 'carol on birch pays dave on alder 7.25 USDS, submitted 20 times at once: it moves once',
    holder: 'carol',
    recipient: 'dave',
    source: 'birch',
    destination: 'alder',
    amount: '7.25',
    submissions: 20,
    status: 'COMPLETED',
    moves: [
      { chain: 'birch', kind: 'Burn', account: 'carol' },
      { chain: 'alder', kind: 'Mint', account: 'dave' },
    ],
  },
];
