// `npm run bench`: what a settlement costs beside a bare workflow, on a stack of its own that is thrown away afterwards.
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';

const parts = [
  'floor',
  'direct',
  'settlements',
  'gas',
  'history',
  'api',
  'batch',
  'fairness',
  'scale',
  'memory',
  'growth',
];
const usage = `Usage: npm run bench [-- options]

Progress and a table on stderr. Exit code 0 if all that was asked for completed, 1 if not, 130 when interrupted.

  --quick         about a minute: one round, shorter, figures are rougher
  --rounds <n>    rounds of floor and settlements in turns (default 5, with --quick 1)
  --only <list>   only these, by commas: ${parts.join(', ')}
  --batch         the same as --only batch
  --long          memory and growth too, a batch of 100,000, and scale with 1,000,000 settlements (many minutes)
  --workers <n>   settlement workers, and as many of the floor's (default 1)
  --profile       V8 profiles of the settlement workers to ./bench-profile, the top packages on stderr; slows them
  --json          one JSON object last on stdout
  --help          this text`;

const interrupted = 130;
const startedAt = performance.now();
const say = (line) => console.error(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const options = readOptions();
ensureInstalled(say);
const { buildIfNeeded } = await import('./build.mjs');
buildIfNeeded(say);
process.exit(await main());

async function main() {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait; the stack's guard goes on stopping what there is.
      if (told.signal.aborted) process.exit(interrupted);
      told.abort();
    });
  }
  // Its ledger is thrown away and grown by 100,000 rows: never one that the environment names. A Temporal server is, if one is
  // named; the runs there get a task queue and ids of their own.
  delete process.env.DATABASE_URL;
  const [{ runBenchmark }, { createFigures }] = await Promise.all([
    import('../bench/run.mjs'),
    import('../bench/figures.mjs'),
  ]);
  const figures = createFigures();
  try {
    await runBenchmark(options, { figures, say, signal: told.signal });
    console.error(`\n${figures.toTable()}`);
    if (options.json) console.log(JSON.stringify(figures.toJson()));
    return 0;
  } catch (error) {
    if (told.signal.aborted) return interrupted;
    if (figures.size > 0) console.error(`\nmeasured before it ended:\n${figures.toTable()}`);
    console.error(`the benchmark did not complete: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({
      options: {
        ...{ quick: flag, long: flag, batch: flag, profile: flag, json: flag, help: flag },
        rounds: { type: 'string' },
        workers: { type: 'string', default: '1' },
        only: { type: 'string', default: parts.join(',') },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const only = values.batch ? ['batch'] : values.only.split(',');
    const unknown = only.filter((part) => !parts.includes(part));
    if (unknown.length > 0) throw new Error(`--only: unknown: ${unknown.join(', ')}`);
    const rounds = count('--rounds', values.rounds ?? (values.quick ? '1' : '5'), 1000);
    return { ...values, only, rounds, workers: count('--workers', values.workers, 16) };
  } catch (error) {
    console.error(`${error.message.split('\n')[0]}\n\n${usage}`);
    process.exit(2);
  }
}

function count(name, text, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${name}: a whole number from 1 to ${most}, not ${text}`);
}
