/** A line in pieces that are narrower than the terminal, broken between words where there are some. */
export function wrapped(line: string, columns: number): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const width = Math.max(1, columns - 1 - indent.length);
  const pieces: string[] = [];
  let rest = line.slice(indent.length);
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    pieces.push(indent + rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, indent + rest].map((piece) => piece.slice(0, Math.max(1, columns - 1)));
}
