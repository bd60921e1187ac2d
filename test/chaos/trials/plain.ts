import { begin } from './steps';
import { soonMs, type Trial } from './trial';

export const plain: Trial = {
  name: 'plain',
  does: 'settlements in both directions, some at once, and nothing goes wrong',
  stuckAfterMs: soonMs,
  async run(context) {
    const names = Array.from({ length: 6 }, (_, at) => `plain-${at}`);
    await Promise.all(names.map((name, at) => begin(context, name, { from: at % 3 === 0 ? 'birch' : 'alder' })));
  },
};
