import { readEnvironment } from '../config';
import { describeExit } from './describeExit';
import { hideDatabasePassword } from './hideDatabasePassword';
import type { StackPaths } from './stackPaths';
import { startPostgres } from './startPostgres';
import type { Guard } from './startGuard';

export interface KeptPostgres {
  readonly databaseUrl: string;
  /** Resolves with the reason when there is no database any more. */
  readonly lost: Promise<string>;
}

const preferredPort = 54320;

/** The stack's ledger: the database that the environment names, or one of our own that is started again when it dies. */
export async function keepPostgres(
  paths: StackPaths,
  guard: Guard,
  say: (line: string) => void,
  ending: AbortSignal,
): Promise<KeptPostgres> {
  const { databaseUrl } = readEnvironment();
  if (databaseUrl !== undefined) {
    say(`the ledger is the environment's, ${hideDatabasePassword(databaseUrl)}; --fresh removes nothing there`);
    return { databaseUrl, lost: never() };
  }
  // A function: the compiler would take the flag to be what it was before an await.
  const isOver = () => ending.aborted;
  const start = (port: number) =>
    startPostgres({ folder: paths.postgresFolder, logFile: paths.log('postgres'), port, guard });
  const first = await start(preferredPort);
  say(`the ledger's Postgres serves at ${hideDatabasePassword(first.url)}`);

  /** What is committed is on disk, so one that died is started again where workers look for it. */
  async function restarted(): Promise<string> {
    for (let postgres = first; ;) {
      const exit = await postgres.exited;
      if (isOver()) return never();
      say(`Postgres ended (${describeExit(exit)}); starting it again`);
      try {
        postgres = await start(Number(new URL(first.url).port));
      } catch (error) {
        if (isOver()) return never();
        return `Postgres does not start again: ${error instanceof Error ? error.message : String(error)}`;
      }
      if (postgres.url !== first.url) return `Postgres' port ${new URL(first.url).port} is taken by another`;
      say('Postgres serves again');
    }
  }
  return { databaseUrl: first.url, lost: restarted() };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
