import { apiFaults } from './apiFaults';
import { attackerFaults } from './attackerFaults';
import { chainFaults } from './chainFaults';
import { clientFaults } from './clientFaults';
import { databaseFaults } from './databaseFaults';
import type { FaultKind } from './fault';
import { hostileFaults } from './hostileFaults';
import { operatorFaults } from './operatorFaults';
import { rpcFaults } from './rpcFaults';
import { temporalFaults } from './temporalFaults';
import { workerFaults } from './workerFaults';

/** Every kind of fault that the scheduler draws from. What breaks finality itself (22 when deep, 23, 25) comes as a finale. */
export const catalogue: readonly FaultKind[] = [
  ...[...clientFaults, ...workerFaults, ...temporalFaults, ...rpcFaults],
  ...[...chainFaults, ...databaseFaults, ...operatorFaults, ...attackerFaults, ...hostileFaults],
  ...apiFaults,
];
