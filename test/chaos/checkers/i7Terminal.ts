import type { ChainChecker } from './checker';

export const i7Terminal: ChainChecker = {
  invariant: 'I7',
  says: 'after the faults healed every started settlement has ended, and none waits for an operator',
  check({ runs, ledger }) {
    const ends = new Set(['COMPLETED', 'FAILED']);
    return [
      ...(runs ?? []).flatMap(({ settlementId, runStatus, record }) => {
        if (!ends.has(runStatus)) return [`${settlementId}: its run is ${runStatus}`];
        return record?.needsOperator === true ? [`${settlementId}: waits for an operator`] : [];
      }),
      ...(ledger?.settlements ?? [])
        .filter(({ status }) => !ends.has(status))
        .map(({ settlementId, status }) => `${settlementId}: is ${status} in the ledger`),
    ];
  },
};
