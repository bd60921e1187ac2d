import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../chaos/random';
import type { SimulatedClock } from './clock';
import type { FaultCounts } from './faults';

/*
 * FAKE: the worker around an activity. Everything an activity waits for from outside goes through the gate, and there a worker
 * can die (whoever waits waits for ever) or stand still, longer than its heartbeats are missed.
 */

export interface Execution {
  readonly name: string;
  /** The step at which something happens to its worker; Infinity: never. */
  readonly fateAt: number;
  /** How long the worker stands still; null: it dies. */
  readonly standsStillMs: number | null;
  steps: number;
  /** Which of the workers that ever were it runs on. */
  readonly generation: number;
}

export const executions = new AsyncLocalStorage<Execution>();

const never = new Promise<never>(() => undefined);

export class Gate {
  /** The chance that an execution meets its worker's end, or a worker that stands still. */
  crashes = 0;
  zombies = 0;
  /** No worker is up. */
  stopped = false;
  private generation = 0;

  constructor(
    private readonly clock: SimulatedClock,
    private readonly random: Random,
    private readonly faults: FaultCounts,
    private readonly note: (line: string) => void,
  ) {}

  begin(name: string): Execution {
    const draw = this.random();
    const hit = draw < this.crashes + this.zombies;
    const fateAt = hit ? 1 + Math.floor(this.random() * 40) : Infinity;
    const standsStillMs = draw < this.crashes ? null : 61_000 + this.random() ** 3 * 900_000;
    return { name, fateAt, standsStillMs, steps: 0, generation: this.generation };
  }

  /** Every worker is stopped, whatever it was doing. */
  stopWorkers(): void {
    this.generation += 1;
    this.stopped = true;
  }

  startWorkers(): void {
    this.stopped = false;
  }

  /** An await of the real code on something outside: before it is done, and once it is. */
  async through<T>(what: string, act: () => T | Promise<T>): Promise<T> {
    await this.pass(`before ${what}`);
    const done = await act();
    await this.pass(`after ${what}`);
    return done;
  }

  private async pass(where: string): Promise<void> {
    const execution = executions.getStore();
    if (!execution) return;
    if (execution.generation !== this.generation) await never;
    if ((execution.steps += 1) !== execution.fateAt) return;
    if (execution.standsStillMs === null) {
      this.faults.workerCrash += 1;
      this.note(`${execution.name}: its worker dies ${where}`);
      await never;
    }
    this.faults.zombie += 1;
    const seconds = Math.round((execution.standsStillMs ?? 0) / 1_000);
    this.note(`${execution.name}: its worker stands still for ${seconds} s ${where}`);
    await this.clock.sleep(execution.standsStillMs ?? 0);
  }
}
