/** Work that goes on though nobody waits for it any more: its caller was told that it took too long. */
export interface UnderWay {
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when all of it has ended, however it did. */
  ended(): Promise<void>;
}

/**
 * Temporal's client tries a call again from a timer, and what a closed connection throws in there ends the process. So a connection is
 * closed only after every call on it has ended; each has its deadline.
 */
export function createUnderWay(): UnderWay {
  const all = new Set<Promise<unknown>>();
  return {
    track(work) {
      all.add(work);
      const forget = (): void => void all.delete(work);
      work.then(forget, forget);
      return work;
    },
    async ended() {
      while (all.size > 0) await Promise.allSettled(all);
    },
  };
}
