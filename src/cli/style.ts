type Paint = (text: string) => string;

/** What a colour means here; no meaning is told by a colour alone. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly busy: Paint;
  readonly faint: Paint;
}

const paint =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string): string => text;

const colours: Style = { good: paint(32), bad: paint(31), busy: paint(33), faint: paint(2) };
const none: Style = { good: plain, bad: plain, busy: plain, faint: plain };

export function createStyle(color: boolean): Style {
  return color ? colours : none;
}
