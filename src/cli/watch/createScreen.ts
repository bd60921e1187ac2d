/** A block of lines at the end of a terminal, drawn anew in its place. */
export interface Screen {
  readonly columns: number;
  draw(lines: readonly string[]): void;
}

const escape = '\u001b[';

export function createScreen(stream: NodeJS.WriteStream): Screen {
  let drawn = 0;
  return {
    get columns() {
      return stream.columns || 80;
    },
    draw(lines) {
      // What does not fit above the last row was scrolled away, and cannot be drawn over.
      const rows = (stream.rows || 24) - 1;
      const back = Math.min(drawn, rows);
      const up = back === 0 ? '' : `${escape}${back}A\r${escape}0J`;
      stream.write(`${up}${lines.map((line) => `${line}\n`).join('')}`);
      drawn = lines.length;
    },
  };
}
