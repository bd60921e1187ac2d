import type { Guard } from '../../src/local/startGuard';
import { startTemporalServer } from '../../src/local/temporalServer';

/** A Temporal server that dies by SIGKILL and comes back on its file at the same port. */
export interface KillableTemporal {
  readonly address: string;
  readonly port: number;
  readonly kills: number;
  killAndRestart(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

interface Options {
  readonly dbFile: string;
  readonly logFile: string;
  readonly dynamicConfig: readonly string[];
}

const restartAttempts = 10;

export async function startKillableTemporal(guard: Guard, options: Options): Promise<KillableTemporal> {
  const start = (port?: number) => startTemporalServer({ guard, ...options, ...(port === undefined ? {} : { port }) });
  let running = await start();
  const { address } = running;
  const port = Number(address.split(':').at(-1));
  let kills = 0;
  return {
    address,
    port,
    get kills() {
      return kills;
    },
    async killAndRestart() {
      running.kill('SIGKILL');
      kills += 1;
      await running.exited;
      // Where the port is still held it would come up elsewhere; everybody knows one place.
      for (let attempt = 1; ; attempt++) {
        running = await start(port);
        if (running.address === address) return;
        await running.stop();
        if (attempt === restartAttempts) throw new Error(`Temporal did not come back at ${address}`);
      }
    },
    signal: (signal) => running.kill(signal),
  };
}
