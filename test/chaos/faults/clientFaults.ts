import { setTimeout as delay } from 'node:timers/promises';
import { PermanentError } from '../../../src/domain/errors';
import { clientAt, startOne, untilAnswered } from '../load';
import { plainOrder } from '../orders';
import { readRows } from '../readRows';
import { between, done, NotFired, type FaultKind } from './fault';

const identicalStarts: FaultKind = {
  ...{ number: 1, name: 'identical starts at once', track: 'rest', holdMs: [0, 0] },
  async fire({ world, prefix, random }) {
    const signed = await plainOrder(world, `${prefix}-same`, 'birch');
    const times = between(random, 8, 16);
    const all = Array.from({ length: times }, (_, at) => startOne(world, clientAt(world, at), signed));
    return done((await Promise.all(all)).length); // that they agree is I12's to say
  },
};

const answerLost: FaultKind = {
  ...{ number: 2, name: 'the answer to a start is lost', track: 'rest', holdMs: [0, 0] },
  async fire({ world, prefix }) {
    const { client, link } = world.farClient;
    const signed = await plainOrder(world, `${prefix}-unheard`);
    const before = link.swallowed;
    const stop = link.swallowAnswers();
    const first = startOne(world, client, signed);
    for (let looks = 0; link.swallowed === before && looks < 100; looks++) await delay(20);
    stop();
    await first;
    await startOne(world, client, signed);
    return done(link.swallowed - before);
  },
};

const otherPayload: FaultKind = {
  ...{ number: 3, name: 'same id, other payload', track: 'rest', holdMs: [0, 0] },
  async fire({ world, prefix, complain }) {
    const settlementId = `${prefix}-twofold`;
    await startOne(world, clientAt(world, 0), await plainOrder(world, settlementId));
    const other = await plainOrder(world, settlementId, 'birch');
    const refused = await untilAnswered
      .execute(() => clientAt(world, 1).start(other))
      .then(
        () => null,
        (error: unknown) => error,
      );
    const isConflict = refused instanceof PermanentError && refused.code === 'IDEMPOTENCY_CONFLICT';
    if (!isConflict) complain(`${settlementId}: another order under it was answered ${String(refused)}`);
    return done(isConflict ? 1 : 0);
  },
};

const afterRetention: FaultKind = {
  ...{ number: 4, name: "said again after Temporal's retention", track: 'rest', holdMs: [0, 0] },
  async fire({ world, startedIds, complain }) {
    const started = new Set(startedIds());
    const ended = (await readRows(world.databaseUrl)).filter(
      ({ id, status }) => started.has(id) && status === 'COMPLETED' && !world.rerunIds.has(id),
    );
    const [row] = ended;
    const signed = row && (await untilAnswered.execute(() => clientAt(world, 0).order(row.id)));
    if (!row || !signed) throw new NotFired('nothing was COMPLETED yet');
    // Its run may be a moment behind its row.
    await untilAnswered.execute(() => clientAt(world, 0).result(row.id));
    world.forgottenIds.add(row.id);
    await world.stack.forget(row.id);
    const again = await startOne(world, clientAt(world, 0), signed);
    if (again.created || again.record.status !== 'COMPLETED')
      complain(`${row.id}: said again after its run was deleted it was answered ${JSON.stringify(again)}`);
    return done(1);
  },
};

const cancelRacesMint: FaultKind = {
  ...{ number: 5, name: 'a cancel races the mint', track: 'rest', holdMs: [0, 0] },
  async fire({ world, prefix, random }) {
    const settlementId = `${prefix}-raced`;
    const client = clientAt(world, 0);
    await startOne(world, client, await plainOrder(world, settlementId));
    const statusOf = async () =>
      (await readRows(world.databaseUrl).catch(() => [])).find(({ id }) => id === settlementId)?.status;
    for (let looks = 0; looks < 300; looks++, await delay(50)) {
      const status = await statusOf();
      if (status === undefined || ['PENDING', 'PROCESSING', 'BURNING'].includes(status)) continue;
      await delay(between(random, 0, 600));
      await untilAnswered.execute(() => client.cancel(settlementId)).catch(passOver);
      return done(1);
    }
    throw new NotFired('its burn was not final in time');
  },
};

/** Too late is an answer too. */
function passOver(error: unknown): void {
  if (!(error instanceof PermanentError)) throw error;
}

export const clientFaults = [identicalStarts, answerLost, otherPayload, afterRetention, cancelRacesMint] as const;
