import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './within.mjs';

/** Where the peer is fastest on two cores: 466 a second with 25, 471 with 50, 480 with 100, 487 with 200. */
const [inFlight, windowMs, limitMs] = [200, 5_000, 180_000];

/** Another durable engine's cheapest two steps, which move nothing: `measure` gives its workflows a second. */
export async function withPeer({ config, runId }, use) {
  const url = new URL(config.ledger.databaseUrl);
  url.pathname = '/bench_peer';
  const program = fileURLToPath(new URL('./peerProgram.mjs', import.meta.url));
  const child = fork(program, [url.href], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the peer ended while it was measured')));
  ended.catch(() => undefined); // at the end it is meant to
  const answer = async () => (await within(Promise.race([once(child, 'message'), ended]), limitMs, 'the peer'))[0];
  try {
    await answer();
    let [round, pace] = [0, 100];
    return await use({
      async measure() {
        round += 1;
        child.send({ inFlight, perSecond: pace, windowMs, id: `${runId}-${round}` });
        const { perSecond } = await answer();
        pace = perSecond;
        return perSecond;
      },
    });
  } finally {
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    if (child.exitCode === null) await within(gone, limitMs, "the peer's end");
  }
}
