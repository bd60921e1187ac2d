import { begin } from './steps';
import { soonMs, type Trial } from './trial';

export const refusedMint: Trial = {
  name: 'refused-mint',
  does: 'two recipients are frozen: their mints are refused, and the holder gets the tokens back',
  stuckAfterMs: soonMs,
  async run(context) {
    await begin(context, 'refused', { recipient: 'mallory' });
    await begin(context, 'refused-back', { recipient: 'mallory', from: 'birch' });
    await begin(context, 'plain');
  },
};
