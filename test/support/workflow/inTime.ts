/** Longer than any path takes, shorter than a run's own time limit: the wait that failed is named, not the run that it broke. */
const longestWaitMs = 20_000;

/** Waits for something that a broken saga may never do, and then says what was waited for. */
export async function inTime<T>(awaited: Promise<T>, orElse: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${orElse} within ${longestWaitMs / 1000} s`)), longestWaitMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
