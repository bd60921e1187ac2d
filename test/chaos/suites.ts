import type { Scenario } from './scenario';
import { afterRetention } from './scenarios/afterRetention';
import { identicalStarts } from './scenarios/identicalStarts';
import { killedPostgres } from './scenarios/killedPostgres';
import { killedWorkers } from './scenarios/killedWorkers';

export const suites: Readonly<Record<string, readonly Scenario[]>> = {
  'exactly-once': [killedWorkers, identicalStarts, afterRetention, killedPostgres],
};
