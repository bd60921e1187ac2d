export interface RateMeter {
  note(): void;
  /** How many were noted within the last second. */
  perSecond(): number;
}

const windowMs = 1_000;

/** Counts what happens, in a window that slides. */
export function createRateMeter(now: () => number = Date.now): RateMeter {
  const times: number[] = [];
  const forget = (): void => {
    const from = now() - windowMs;
    while ((times[0] ?? Infinity) <= from) times.shift();
  };
  return {
    note() {
      forget();
      times.push(now());
    },
    perSecond() {
      forget();
      return times.length;
    },
  };
}
