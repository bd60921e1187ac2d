/*
 * Time that stands still until everybody has done what he can at this moment, and then jumps to the next thing that is due. While
 * a seed runs, the process's own Date and timers are this clock's: real code is timed by it without knowing.
 */

/** Lets every promise go as far as it can; the real one, whatever a test has replaced since. */
const realSetImmediate = setImmediate;
export const drain = (): Promise<void> => new Promise((resolve) => void realSetImmediate(resolve));

type Happening = () => void | Promise<void>;
interface Due {
  readonly at: number;
  readonly order: number;
  readonly happening: Happening;
  cancelled: boolean;
}

export interface Alarm {
  cancel(): void;
}

export class SimulatedClock {
  /** Happenings so far: what a runaway is known by. */
  steps = 0;
  private readonly queue: Due[] = [];
  private order = 0;

  constructor(public now: number) {}

  after(ms: number, happening: Happening): Alarm {
    const due = { at: this.now + Math.max(0, ms), order: (this.order += 1), happening, cancelled: false };
    this.push(due);
    return { cancel: () => void (due.cancelled = true) };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** One happening after the other, each to where nothing moves any more, until `done` or nothing more is due. */
  async run(done: () => boolean, mostSteps: number): Promise<void> {
    await drain();
    for (let due = this.pop(); due && !done(); due = this.pop()) {
      if (due.cancelled) continue;
      if ((this.steps += 1) > mostSteps) throw new Error(`still busy after ${mostSteps} steps`);
      this.now = due.at;
      await due.happening();
      await drain();
    }
  }

  /** From now on, and until the returned function is called, Date and timers are this clock's. */
  install(): () => void {
    const real = { Date: globalThis.Date, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
    const now = (): number => this.now;
    const SimulatedDate = class extends real.Date {
      constructor(...given: [] | [number | string | Date]) {
        super(given.length === 0 ? now() : given[0]);
      }
      static override now(): number {
        return now();
      }
    };
    const simulated = {
      Date: SimulatedDate,
      setTimeout: (happening: () => void, ms = 0) => this.after(ms, happening),
      clearTimeout: (alarm?: Alarm) => alarm?.cancel(),
    };
    Object.assign(globalThis, simulated);
    return () => void Object.assign(globalThis, real);
  }

  private push(due: Due): void {
    const { queue } = this;
    let at = queue.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, queue[parent] as Due)) break;
      queue[at] = queue[parent] as Due;
      at = parent;
    }
    queue[at] = due;
  }

  private pop(): Due | undefined {
    const { queue } = this;
    const first = queue[0];
    const last = queue.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [queue[2 * at + 1], queue[2 * at + 2]];
      const child = left && right && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
      const least = queue[child];
      if (!least || isBefore(last, least)) break;
      queue[at] = least;
      at = child;
    }
    queue[at] = last;
    return first;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
