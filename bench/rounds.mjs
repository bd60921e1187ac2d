import { closedLoop, itemsFor } from './closedLoop.mjs';
import { cpuMeter } from './cpuMeter.mjs';
import { summary } from './stats.mjs';

const warmUpInFlight = 50;

/**
 * Code is compiled, connections stand, and the rate to plan with is not the cold one.
 * @returns {Promise<Map<object, number>>} each subject's rate
 */
export async function warmUp(subjects, say) {
  const paces = new Map();
  for (const subject of subjects) {
    const items = await subject.prepare(3 * warmUpInFlight);
    const { perSecond } = await closedLoop({ items, inFlight: warmUpInFlight, run: subject.run });
    paces.set(subject, perSecond);
    say(`warm-up: ${subject.name} ${perSecond.toFixed(1)}/s`);
  }
  return paces;
}

/**
 * The rates of all subjects, in turns: floor, settlements, floor, settlements, ... Whatever slows the machine for a while
 * slows both, so a ratio holds where a rate does not.
 *
 * @returns {Promise<Map<string, readonly number[]>>} by `name@inFlight`, a rate for every round
 */
export async function measureRounds(bench, paces, { levels, rounds, windowMs, leastGenerations, say, onRound }) {
  const rates = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const inFlight of levels) {
      for (const [subject, pace] of paces) {
        const plan = { perSecond: pace, windowMs, inFlight, leastGenerations };
        const items = await subject.prepare(itemsFor(plan));
        const meter = cpuMeter(bench);
        const { perSecond, counted } = await closedLoop({ items, inFlight, run: subject.run, atMark: meter.mark });
        const name = `${subject.name}@${inFlight}`;
        rates.set(name, [...(rates.get(name) ?? []), perSecond]);
        onRound?.({ subject, inFlight, cpuMs: meter.perItemMs(counted) });
        say(`round ${round}/${rounds}: ${name} ${perSecond.toFixed(1)}/s (${counted} counted)`);
      }
    }
  }
  return rates;
}

/** Ratios of the same round each, then their median: the rounds' own weather cancels out. */
export function ratioOf(over, under) {
  return summary(over.map((rate, round) => rate / under[round]));
}
