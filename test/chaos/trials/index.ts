import { cancelMintInPool, cancelBurnInPool } from './cancelInPool';
import { droppedFromPool } from './droppedFromPool';
import { foreignNonces } from './foreignNonces';
import { noBlocks } from './noBlocks';
import { plain } from './plain';
import { refusedMint } from './refusedMint';
import { slowJournal } from './slowJournal';
import { saidAgain } from './saidAgain';
import { tamperedSupply } from './tamperedSupply';
import { terminatedRun } from './terminatedRun';
import type { Trial } from './trial';
import { unpaidMint } from './unpaidMint';
import { zombieWorker } from './zombieWorker';

export const trials: readonly Trial[] = [
  ...[plain, refusedMint, saidAgain, slowJournal, noBlocks, droppedFromPool, foreignNonces, zombieWorker],
  ...[cancelMintInPool, cancelBurnInPool, terminatedRun, unpaidMint, tamperedSupply],
];
