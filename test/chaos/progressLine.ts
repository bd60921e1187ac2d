/** One line that is written over on a terminal; elsewhere a line now and then. On stderr: stdout is for the result. */
export interface ProgressLine {
  say(text: string): void;
  /** Ends the line, so that what follows begins on one of its own. */
  end(): void;
}

const quietMs = 10_000;

export function createProgressLine(stream: NodeJS.WriteStream, startedAt: number): ProgressLine {
  let saidAt = -Infinity;
  let last = '';
  return {
    say(text) {
      const elapsed = `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  `;
      if (stream.isTTY) stream.write(`\r\x1b[2K${elapsed}${text}`);
      else if (text !== last && performance.now() - saidAt > quietMs) {
        stream.write(`${elapsed}${text}\n`);
        saidAt = performance.now();
      }
      last = text;
    },
    end() {
      if (stream.isTTY && last !== '') stream.write('\r\x1b[2K');
      saidAt = -Infinity;
      last = '';
    },
  };
}
