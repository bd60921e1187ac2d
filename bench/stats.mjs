/** The middle one, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('no values, no median');
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}

/** A figure with its spread; a single number says nothing about how far the next run may be off. */
export function summary(values) {
  return { value: median(values), min: Math.min(...values), max: Math.max(...values), samples: values.length };
}

/** The value that so much of all are not above: 0.99 for p99. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('no values, no quantile');
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}
