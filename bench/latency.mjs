/**
 * How long one takes at rest: nothing else runs, and the subjects take turns.
 * @returns {Promise<Map<string, readonly number[]>>} milliseconds by name
 */
export async function measureLatency(subjects, { samples, say }) {
  const taken = new Map(subjects.map(({ name }) => [name, []]));
  const warmUp = 3;
  const items = new Map();
  for (const subject of subjects) items.set(subject, await subject.prepare(samples + warmUp));
  for (let turn = 0; turn < samples + warmUp; turn++) {
    for (const subject of subjects) {
      const at = performance.now();
      await subject.run(items.get(subject)[turn]);
      if (turn >= warmUp) taken.get(subject.name).push(performance.now() - at);
    }
  }
  say(`at rest: ${samples} each of ${subjects.map(({ name }) => name).join(' and ')}`);
  return taken;
}
