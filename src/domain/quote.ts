const longest = 80;

/** A value of unknown origin as an error message shows it: control characters visible, never long, whatever it is. */
export function quote(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > longest ? `${JSON.stringify(value.slice(0, longest))}...` : JSON.stringify(value);
  }
  if (Array.isArray(value)) return '(an array)';
  // Not JSON: it throws at a bigint or a cycle, and runs code of the value's own.
  return typeof value === 'object' && value !== null
    ? '(an object)'
    : typeof value === 'function'
      ? '(a function)'
      : String(value);
}
