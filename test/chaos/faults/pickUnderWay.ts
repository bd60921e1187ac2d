import { setTimeout as delay } from 'node:timers/promises';
import { pick } from '../random';
import { readRows } from '../readRows';
import { NotFired, type FaultContext } from './fault';

const underWay = new Set(['PROCESSING', 'BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPENSATING']);
const looks = 40;

/** An acknowledged settlement that the ledger says is under way, and whose run is open. */
export async function pickUnderWay({ world, random, startedIds }: FaultContext): Promise<string> {
  for (let look = 0; look < looks; look++, await delay(250)) {
    const started = new Set(startedIds());
    const ids = (await readRows(world.databaseUrl).catch(() => []))
      .filter(({ id, status }) => started.has(id) && underWay.has(status) && !world.rerunIds.has(id))
      .map(({ id }) => id);
    if (ids.length === 0) continue;
    const id = pick(random, ids);
    const description = await world.stack.handle(id).describe();
    if (description.status.name === 'RUNNING') return id;
  }
  throw new NotFired('nothing was under way');
}
