/** One queue for workflows and activities, as the settlements have: only there does eager dispatch work. */
export const floorQueue = (config) => `${config.temporal.taskQueue}-floor`;
