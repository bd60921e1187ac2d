/** How a submitted order goes: in a run of its own, or in a batch with whoever came at the same time. */
export const submissionLanes = ['single', 'bulk'] as const;
export type SubmissionLane = (typeof submissionLanes)[number];
