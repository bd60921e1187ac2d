import { needsHistories, type Checker } from './checker';

export const i13Replays: Checker = {
  invariant: 'I13',
  says: 'every history made on the way replays on the current workflow bundle',
  check({ replays }) {
    if (!replays) return needsHistories;
    return replays.failures.map(({ workflowId, runId, message }) => `${workflowId} (run ${runId}): ${message}`);
  },
};
