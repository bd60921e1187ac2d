import { Command, CommanderError, Option } from 'commander';
import { readEnvironment } from '../config';
import { addBalances } from './commands/balances';
import { addCancel } from './commands/cancel';
import { addLedger } from './commands/ledger';
import { addList } from './commands/list';
import { addReconcile } from './commands/reconcile';
import { addResolve } from './commands/resolve';
import { addRetry } from './commands/retry';
import { addRoute } from './commands/route';
import { addShow } from './commands/show';
import { addStart } from './commands/start';
import { addVerify } from './commands/verify';
import { reportError } from './reportError';

/** The `settle` command. Data goes to stdout, talk to stderr; the exit code says how it went (src/domain/errorCodes.ts). */
export function createProgram(): Command {
  const program = new Command('settle')
    .description('Move tokens between chains: burn on the source, mint on the destination, or the tokens back.')
    .addOption(
      new Option('-o, --output <format>', 'how to print data').choices(['text', 'json', 'jsonl']).default('text'),
    )
    .addOption(new Option('-c, --config <file>', 'configuration file').default(readEnvironment().configPath))
    .showHelpAfterError("('settle --help' shows the commands)")
    .exitOverride();
  const settlements = [addStart, addShow, addList, addRetry, addCancel, addResolve];
  const operations = [addBalances, addVerify, addReconcile, addRoute, addLedger];
  for (const add of [...settlements, ...operations]) add(program);
  return program;
}

/** Runs one command line and returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  let exitCode = 0;
  program.setOptionValue('exit', (code: number) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, program.opts<{ output: string }>().output);
  }
}

if (require.main === module) {
  // `settle list | head`: who has read enough closes the pipe, and that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  // Whoever waits may stop waiting; the settlement does not stop.
  process.once('SIGINT', () => {
    process.stderr.write('\ninterrupted: what was started goes on; settle show ID tells how it stands\n');
    process.exit(130);
  });
  void run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
