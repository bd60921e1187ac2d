// `npm run worker`: one more worker against the running stack. Further workers share the load of the first. `npm run api`: the HTTP API.
// `npm run codec`: the codec server of the configuration's payload keys.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const files = { worker: 'worker.js', api: 'apiServer.js', codec: 'codecServer.js' };

const [name, ...rest] = process.argv.slice(2);
const program = Object.hasOwn(files, name ?? '') ? join(root, 'dist', files[name]) : undefined;
const asksForHelp = rest.join() === '--help';
if (program === undefined || rest.length > 0) {
  console.error(`Usage: npm run ${Object.keys(files).join('|')}`);
  process.exit(asksForHelp ? 0 : 2);
}
const configPath = process.env.SETTLEMENT_CONFIG ?? join(root, '.settlement', 'config.json');
for (const needed of [program, configPath]) {
  if (existsSync(needed)) continue;
  console.error(`there is no ${needed}; npm start first`);
  process.exit(78);
}
const child = spawn(process.execPath, [program], {
  stdio: 'inherit',
  env: { ...process.env, SETTLEMENT_CONFIG: configPath },
});
// It drains and ends by itself; Ctrl-C reaches it from the terminal, other signals are passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
