import type { Guard } from '../../src/local/startGuard';
import { startPostgres } from '../../src/local/startPostgres';

/** A Postgres that dies by SIGKILL and comes back on the same files at the same port. */
export interface KillablePostgres {
  readonly url: string;
  readonly kills: number;
  killAndRestart(): Promise<void>;
}

const restartAttempts = 10;

export async function startKillablePostgres(guard: Guard, folder: string): Promise<KillablePostgres> {
  const start = (port?: number) =>
    startPostgres({ folder, guard, logFile: `${folder}.log`, ...(port === undefined ? {} : { port }) });
  let running = await start();
  const { url } = running;
  const port = Number(new URL(url).port);
  let kills = 0;
  return {
    url,
    get kills() {
      return kills;
    },
    async killAndRestart() {
      process.kill(running.serverPid, 'SIGKILL');
      kills += 1;
      await running.exited;
      // Where the dead one's children still hold its memory or its port, it would come up elsewhere; the workers know one place.
      for (let attempt = 1; ; attempt++) {
        running = await start(port);
        if (running.url === url) return;
        await running.stop();
        if (attempt === restartAttempts) throw new Error(`Postgres did not come back at port ${port}`);
      }
    },
  };
}
