import { i1Supply } from './i1Supply';
import { i2OneMint } from './i2OneMint';
import { i3OneBurn } from './i3OneBurn';
import { i4NeverBoth } from './i4NeverBoth';
import { i5SameOrder } from './i5SameOrder';
import { i6Final } from './i6Final';
import { i6Told } from './i6Told';
import { i7Terminal } from './i7Terminal';
import { i8LedgerIsChain } from './i8LedgerIsChain';
import { i9EventLog } from './i9EventLog';
import { i10Journal } from './i10Journal';
import { i10Nonces } from './i10Nonces';
import { i11Fences } from './i11Fences';
import { i12Answers } from './i12Answers';
import { i13Replays } from './i13Replays';
import { i14Secrets } from './i14Secrets';
import type { ChainChecker, Checker } from './checker';

/** What the chains alone can tell, at any moment of a run. */
export const chainCheckers: readonly ChainChecker[] = [
  i1Supply,
  i2OneMint,
  i3OneBurn,
  i4NeverBoth,
  i5SameOrder,
  i6Final,
  i10Nonces,
];

/** All of them, for a world that has come to rest. */
export const checkers: readonly Checker[] = [
  ...[i1Supply, i2OneMint, i3OneBurn, i4NeverBoth, i5SameOrder, i6Final, i6Told, i7Terminal, i8LedgerIsChain],
  ...[i9EventLog, i10Nonces, i10Journal, i11Fences, i12Answers, i13Replays, i14Secrets],
];
