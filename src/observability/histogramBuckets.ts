/** Upper bounds. From what a test chain takes to what finality on a slow one does. */
const stageSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200];

/** By the name that the metric is created with. */
export const histogramBuckets: Readonly<Record<string, number[]>> = {
  settlement_duration_seconds: stageSeconds,
  settlement_lane_wait_seconds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  settlement_lane_batch: [1, 2, 5, 10, 20, 50, 100, 200, 500],
};
