import { SettlementError } from '../domain/errors';
import { errorCatalog } from '../domain/errorCodes';
import { countOpen } from './countOpen';
import { demo } from './demo';
import { hideDatabasePassword } from './hideDatabasePassword';
import { startStack, type Stack } from './stack';

export interface RunOptions {
  readonly folder: string;
  /** Stop after the demo; its outcome is the exit code. */
  readonly exit: boolean;
  readonly demo: boolean;
  readonly fresh: boolean;
  /** When the command began, by performance.now(): elapsed times count from there. */
  readonly startedAt: number;
}

const interrupted = 130;

/**
 * `npm start` once everything is built: the stack, the demo, every URL, then up until it is told to stop. Returns the exit
 * code: 0 for a clean stop, 1 when the demo is not as promised or the stack breaks, 130 when interrupted before it was up.
 */
export async function runStack(options: RunOptions): Promise<number> {
  const say = (line: string) => console.log(`${elapsed(options.startedAt)}  ${line}`);
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait; the guard goes on stopping what there is.
      if (told.signal.aborted) process.exit(interrupted);
      told.abort();
    });
  }
  const stopped = new Promise<'stopped'>((resolve) => told.signal.addEventListener('abort', () => resolve('stopped')));
  let stack: Stack | undefined;
  try {
    stack = await startStack({ folder: options.folder, fresh: options.fresh, say, signal: told.signal });
    return await useStack(stack, options, stopped, say);
  } catch (error) {
    if (told.signal.aborted) return interrupted;
    return report(error);
  } finally {
    if (stack) {
      say('stopping');
      await stack.stop();
      say('stopped; npm start goes on from here');
    }
  }
}

async function useStack(
  stack: Stack,
  options: RunOptions,
  stopped: Promise<'stopped'>,
  say: (line: string) => void,
): Promise<number> {
  const broken = stack.broken.then((reason) => {
    say(`the stack cannot go on: ${reason}`);
    return 'broken' as const;
  });
  const open = await countOpen(stack.config);
  if (open > 0) say(`${open} ${open === 1 ? 'settlement' : 'settlements'} of an earlier run on the way; they go on`);
  let promised = true;
  if (options.demo) {
    const outcome = await Promise.race([demo(stack, open === 0, say), stopped, broken]);
    if (outcome === 'stopped') return interrupted;
    if (outcome === 'broken') return 1;
    promised = outcome;
  }
  tellUrls(stack, say);
  if (options.exit) return promised ? 0 : 1;
  say('up; Ctrl-C stops the stack and keeps its state');
  return (await Promise.race([stopped, broken])) === 'stopped' && promised ? 0 : 1;
}

function tellUrls({ info, pageUrl }: Stack, say: (line: string) => void): void {
  const urls: [string, string | null][] = [
    ['live page', pageUrl],
    ['API', info.apiUrl],
    ['Temporal Web UI', info.temporal.uiUrl],
    ['Temporal gRPC', `${info.temporal.address} (namespace ${info.temporal.namespace})`],
    ['ledger', hideDatabasePassword(info.databaseUrl)],
    ...info.chains.map(({ name, chainId, rpcUrl }): [string, string] => [
      `${name} RPC`,
      `${rpcUrl} (chain ${chainId})`,
    ]),
  ];
  urls.push(...info.workers.map(({ metricsUrl }): [string, string | null] => ['metrics', metricsUrl]));
  const lines = urls.filter(([, url]) => url !== null).map(([what, url]) => `    ${what.padEnd(16)}  ${url}`);
  say(
    [
      'the stack is ready',
      ...lines,
      '  try:',
      '    npx settle start --id rent-1 --from alder --to birch --amount 12.5 --holder alice --recipient bob --wait',
      '    npx settle list',
      '    npx settle balances',
    ].join('\n'),
  );
}

function report(error: unknown): number {
  if (error instanceof SettlementError) {
    console.error(`${error.code}: ${error.message}`);
    return errorCatalog[error.code].exitCode;
  }
  console.error(error instanceof Error ? error.message : error);
  return 1;
}

function elapsed(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
}
