/**
 * Runs all items with exactly `inFlight` of them under way: as one completes the next begins. The rate is that of the
 * completions in the middle: the first `inFlight` (all began at once) and the last (fewer and fewer run) are left out, so
 * between the two marks the system is always full.
 *
 * @template T
 * @param {{ items: readonly T[], inFlight: number, run: (item: T) => Promise<void>, atMark?: (mark: 'from' | 'to') => void }} loop
 * @returns {Promise<{ perSecond: number, counted: number }>}
 */
export async function closedLoop({ items, inFlight, run, atMark = () => undefined }) {
  const counted = items.length - 2 * inFlight;
  if (counted < 1) throw new Error(`${items.length} items leave nothing to count at ${inFlight} in flight`);
  const marks = {};
  let [next, done, failed] = [0, 0, false];
  const mark = (name) => {
    marks[name] = performance.now();
    atMark(name);
  };

  async function keepBusy() {
    while (next < items.length && !failed) {
      try {
        await run(items[next++]);
      } catch (error) {
        failed = true; // nothing new begins; the error ends the measurement
        throw error;
      }
      done += 1;
      if (done === inFlight) mark('from');
      if (done === inFlight + counted) mark('to');
    }
  }

  await Promise.all(Array.from({ length: inFlight }, keepBusy));
  return { perSecond: (counted * 1000) / (marks.to - marks.from), counted };
}

/** How many items a closed loop needs to count for about so long. */
export function itemsFor({ perSecond, windowMs, inFlight, leastGenerations }) {
  return 2 * inFlight + Math.ceil(Math.max((perSecond * windowMs) / 1000, inFlight * leastGenerations));
}
