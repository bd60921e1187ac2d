import { Command, CommanderError, Option } from 'commander';
import { readEnvironment } from '../config';
import { addBalances } from './commands/balances';
import { addBatch } from './commands/batch';
import { addCancel } from './commands/cancel';
import { addCompletions } from './commands/completions';
import { addDoctor } from './commands/doctor';
import { addLedger } from './commands/ledger';
import { addList } from './commands/list';
import { addReconcile } from './commands/reconcile';
import { addRelease } from './commands/release';
import { addResolve } from './commands/resolve';
import { addRetry } from './commands/retry';
import { addRoute } from './commands/route';
import { addShow } from './commands/show';
import { addStart } from './commands/start';
import { addToken } from './commands/token';
import { addVerify } from './commands/verify';
import { addWatch } from './commands/watch';
import { installInterruption } from './interruption';
import { reportError } from './reportError';
import { helpHint, usageError } from './usageError';
import { version } from './version';
import { wantedOutput } from './wantedOutput';

const exitCodes = `
Exit codes:
  0    settled, accepted, or done
  1    internal error, or what was checked does not agree
  2    usage or input
  3    failed or refunded
  4    needs an operator
  75   try again: something does not answer
  78   configuration
  130  interrupted; what was started goes on

Temporal is where the configuration says, unless TEMPORAL_ADDRESS, TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE names another: then namespace,
TLS and API key come from Temporal's own environment too. docs/cli.md tells more.`;

/** The `settle` command. Data goes to stdout, talk to stderr; the exit code says how it went (src/domain/errorCodes.ts). */
export function createProgram(): Command {
  const program = new Command('settle')
    .description('Move tokens between chains: burn on the source, mint on the destination, or the tokens back.')
    .version(version(), '-V, --version', 'print the version')
    .addOption(
      new Option('-o, --output <format>', 'how to print data').choices(['text', 'json', 'jsonl']).default('text'),
    )
    .addOption(new Option('-c, --config <file>', 'configuration file').default(readEnvironment().configPath))
    .option('--no-color', 'no colours; nor where NO_COLOR is set, or stdout is no terminal')
    .addHelpText('after', exitCodes)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined }) // run() tells it
    .exitOverride();
  program.commandsGroup('Settlements:');
  const settlements = [addStart, addBatch, addWatch, addShow, addList, addRetry, addCancel, addResolve];
  for (const add of settlements) add(program);
  program.commandsGroup('Operation:');
  const operations = [addDoctor, addBalances, addVerify, addReconcile, addRoute, addRelease, addLedger, addToken];
  for (const add of operations) add(program);
  program.commandsGroup('This command:');
  addCompletions(program);
  return program;
}

/** Runs one command line and returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  const output = wantedOutput(argv);
  // Help that nobody asked for is talk, and no JSON.
  if (output !== 'text') program.configureOutput({ writeErr: () => undefined });
  let exitCode = 0;
  program.setOptionValue('exit', (code: number) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, output);
    return error.exitCode === 0 ? 0 : reportError(usageError(error), output, helpHint(program, argv));
  }
}

/** The process of bin/settle.mjs. */
export async function main(): Promise<void> {
  // `settle list | head`: who has read enough closes the pipe, and that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  installInterruption();
  const code = await run(process.argv.slice(2));
  // What does not answer must not keep a process that has said its word; what it said goes out first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((sent) => stream.write('', sent))));
  process.exit(code);
}

// As `node dist/cli/main.js`, in a container.
if (require.main === module) void main();
