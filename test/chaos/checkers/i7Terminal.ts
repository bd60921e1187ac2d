import type { ChainChecker } from './checker';

export const i7Terminal: ChainChecker = {
  invariant: 'I7',
  says: 'after the faults healed every started settlement has ended, and none waits for an operator',
  check({ runs, ledger, rerunIds }) {
    const ends = new Set(['COMPLETED', 'FAILED']);
    const endedRows = new Set(
      (ledger?.settlements ?? []).filter(({ status }) => ends.has(status)).map(({ settlementId }) => settlementId),
    );
    return [
      ...(runs ?? []).flatMap(({ settlementId, runStatus, record }) => {
        // Cut off on purpose when its last step was done: there is nothing left for another run.
        if (runStatus === 'TERMINATED' && rerunIds.has(settlementId) && endedRows.has(settlementId)) return [];
        if (!ends.has(runStatus)) return [`${settlementId}: its run is ${runStatus}`];
        return record?.needsOperator === true ? [`${settlementId}: waits for an operator`] : [];
      }),
      ...(ledger?.settlements ?? [])
        .filter(({ status }) => !ends.has(status))
        .map(({ settlementId, status }) => `${settlementId}: is ${status} in the ledger`),
    ];
  },
};
