// A worker's lanes in a process of their own: node laneProcess.mjs <options as JSON>
// Hands one operation to the settler's lanes, closes when it is told to, and then has to end by itself.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';

const options = JSON.parse(process.argv[2]);
const compiled = (path) => createRequire(import.meta.url)(join(options.root, 'dist', path));
const { createDependencies } = compiled('createDependencies.js');
const { createLedger } = compiled('ledger/createLedger.js');
const { loadConfig } = compiled('config.js');
const { parseOrder } = compiled('domain/parseOrder.js');
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const ledger = createLedger({ databaseUrl: options.databaseUrl });
const worker = await createDependencies(loadConfig(options.configPath), ledger, pino({ level: 'silent' }));
const order = parseOrder(options.order);
const { kind, transaction } = await worker.desks[0].settler.submit({ ...options.operation, order });
say({ kind, signer: transaction?.signer });
for await (const line of createInterface({ input: process.stdin })) if (line === 'close') break;
process.stdin.destroy(); // an open pipe keeps a process
await worker.close();
say({ closed: true });
await ledger.close();
