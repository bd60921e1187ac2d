import { contractMutants } from './contractMutants';
import { laneMutants } from './laneMutants';
import { ledgerMutants } from './ledgerMutants';
import type { Mutant } from './mutant';
import { reconcilerMutants } from './reconcilerMutants';
import { sagaMutants } from './sagaMutants';

export const mutants: readonly Mutant[] = [
  ...[...contractMutants, ...laneMutants, ...sagaMutants],
  ...[...ledgerMutants, ...reconcilerMutants],
];
