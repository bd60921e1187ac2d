// The peer: a workflow of two empty steps on DBOS Transact, in a process of its own, on a database of its own of the same Postgres.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { closedLoop, itemsFor } from './closedLoop.mjs';

const [, , systemDatabaseUrl] = process.argv;
const step = async () => undefined;
const twoSteps = DBOS.registerWorkflow(
  async () => {
    await DBOS.runStep(step, { name: 'first' });
    await DBOS.runStep(step, { name: 'second' });
  },
  { name: 'twoSteps' },
);
DBOS.setConfig({ name: 'peer', systemDatabaseUrl, runAdminServer: false, logLevel: 'error' });
await DBOS.launch();
process.send({ ready: true });

process.on('message', async ({ inFlight, perSecond, windowMs, id }) => {
  const count = itemsFor({ perSecond, windowMs, inFlight, leastGenerations: 4 });
  const items = Array.from({ length: count }, (_, at) => `${id}-${at}`);
  const run = async (workflowID) => {
    const handle = await DBOS.startWorkflow(twoSteps, { workflowID })();
    await handle.getResult();
  };
  process.send({ perSecond: (await closedLoop({ items, inFlight, run })).perSecond });
});
process.on('disconnect', async () => {
  await DBOS.shutdown();
  process.exit(0);
});
