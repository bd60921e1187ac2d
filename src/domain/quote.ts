const longest = 80;
/** What a terminal obeys or hides and JSON leaves as it is: C1 controls, direction marks, zero-width characters. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A value of unknown origin as an error message shows it: control characters visible, never long, whatever it is. */
export function quote(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const text = JSON.stringify(value.slice(0, longest)).replace(invisible, escape);
      return value.length > longest ? `${text}...` : text;
    }
    case 'object':
      // Not its JSON: that throws at a bigint or a cycle, and runs code of the value's own.
      return value === null ? 'null' : Array.isArray(value) ? '(an array)' : '(an object)';
    case 'function':
    case 'symbol':
      return `(a ${typeof value})`;
    default:
      return String(value).slice(0, longest);
  }
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
