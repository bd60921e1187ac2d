import { setTimeout as delay } from 'node:timers/promises';
import { done, type FaultKind } from './fault';
import { pickUnderWay } from './pickUnderWay';

const killed: FaultKind = {
  ...{ number: 12, name: 'Temporal is SIGKILLed and restarted', track: 'rest', holdMs: [0, 0], hindersStarts: true },
  async fire({ world: { temporal } }) {
    const before = temporal.kills;
    await temporal.killAndRestart();
    return done(temporal.kills - before);
  },
};

const stopped: FaultKind = {
  ...{
    number: 13,
    name: 'Temporal is stopped for a while',
    track: 'rest',
    holdMs: [5_000, 15_000],
    hindersStarts: true,
  },
  async fire({ world: { temporal, stack } }) {
    temporal.signal('SIGSTOP');
    let [answered, effect] = [false, 0];
    const answer = (): void => void (answered = true);
    // Even "not found" would be an answer of a server that lives.
    stack.handle('nobody').describe().then(answer, answer);
    return {
      async heal() {
        effect = answered ? 0 : 1;
        temporal.signal('SIGCONT');
      },
      tookEffect: () => effect,
    };
  },
};

const answersLost: FaultKind = {
  ...{
    number: 14,
    name: "Temporal's answers to workers are lost",
    track: 'rest',
    holdMs: [500, 3_000],
    hindersStarts: true,
  },
  async fire({ world: { temporalLink } }) {
    const before = temporalLink.swallowed;
    const stop = temporalLink.swallowAnswers();
    return { heal: async () => stop(), tookEffect: () => temporalLink.swallowed - before };
  },
};

const cut: FaultKind = {
  ...{ number: 14, name: 'connections to Temporal are cut', track: 'rest', holdMs: [0, 0], hindersStarts: true },
  async fire({ world: { temporalLink } }) {
    const before = temporalLink.cuts;
    for (let times = 0; times < 3; times++, await delay(300)) temporalLink.cutAll();
    return done(temporalLink.cuts - before);
  },
};

const historyLost: FaultKind = {
  ...{ number: 15, name: 'the history of a run under way is lost', track: 'rest', holdMs: [0, 0] },
  async fire(context) {
    const id = await pickUnderWay(context);
    context.world.forgottenIds.add(id);
    context.world.rerunIds.add(id);
    await context.world.stack.forget(id);
    return done(1);
  },
};

export const temporalFaults = [killed, stopped, answersLost, cut, historyLost] as const;
