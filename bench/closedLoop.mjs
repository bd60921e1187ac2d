/**
 * Runs all items with exactly `inFlight` of them under way: as one completes the next begins. The rate is that of the
 * completions in the middle: the first `inFlight` (all began at once) and the last (fewer and fewer run) are left out, so
 * between the two marks the system is always full. `items` are three or more generations of `inFlight` (see itemsFor).
 *
 * @template T
 * @param {{ items: readonly T[], inFlight: number, run: (item: T) => Promise<void>, atMark?: (mark: 'from' | 'to') => void }} loop
 * @returns {Promise<{ perSecond: number, counted: number }>}
 */
export async function closedLoop({ items, inFlight, run, atMark = () => undefined }) {
  const counted = items.length - 2 * inFlight;
  if (counted < 1 || counted % inFlight !== 0) {
    throw new Error(`${items.length} items are not whole generations of ${inFlight}, more than two of them`);
  }
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

/**
 * How many items a closed loop needs to count for about so long: whole generations of `inFlight`. What begins together tends
 * to complete together, in bursts; a window that is no whole number of bursts may hold one more or one fewer than its time
 * allows, and was seen to double a rate.
 */
export function itemsFor({ perSecond, windowMs, inFlight, leastGenerations }) {
  const generations = Math.max(leastGenerations, Math.ceil((perSecond * windowMs) / 1000 / inFlight));
  return (2 + generations) * inFlight;
}
