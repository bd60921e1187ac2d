/** Takes samples at once and then again and again until it is closed; one that fails is missing, and the next is taken all the same. */
export function keepSampling(
  samplers: readonly (() => Promise<void>)[],
  { everyMs, onTrouble }: { readonly everyMs: number; readonly onTrouble: (error: unknown) => void },
): { close(): void } {
  let busy = false;
  const sample = async (): Promise<void> => {
    if (busy) return; // what cannot be read in time is not asked for twice
    busy = true;
    await Promise.all(samplers.map((take) => take().catch(onTrouble)));
    busy = false;
  };
  void sample();
  const timer = setInterval(() => void sample(), everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
