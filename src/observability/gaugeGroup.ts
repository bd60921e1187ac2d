import type { MetricGauge, MetricTags } from '@temporalio/common';

/**
 * Sets a gauge for whole sets of tags: one that is not in the next set any more becomes 0, not what it was last. Those of `always` are
 * 0 from the start, so that an alert can tell nothing wrong from nobody looking.
 */
export function gaugeGroup(
  gauge: MetricGauge,
  always: readonly MetricTags[],
): (values: readonly { tags: MetricTags; value: number }[]) => void {
  const known = new Map(always.map((tags) => [JSON.stringify(tags), tags]));
  return (values) => {
    const zero = new Map(known);
    for (const { tags, value } of values) {
      const key = JSON.stringify(tags);
      zero.delete(key);
      known.set(key, tags);
      gauge.set(value, tags);
    }
    for (const tags of zero.values()) gauge.set(0, tags);
  };
}
