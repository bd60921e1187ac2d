/** What is awaited, or an error that says what was not there in time. */
export async function withDeadline<T>(awaited: Promise<T>, withinMs: number, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${Math.round(withinMs / 1000)} s: ${what()}`)), withinMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
