import { setTimeout as pause } from 'node:timers/promises';
import type { BatchStanding } from '../../client/batches/getBatch';
import type { Session } from '../session';
import { batchLine, isUnderWay } from './batchText';

/** Each look counts the batch's rows. */
const everyMs = 1_000;

/** Follows a batch until nothing of it is under way: a bar that is drawn over on a terminal, else a line whenever something changed. */
export async function watchBatch({ client, terminal }: Session, batchId: string): Promise<BatchStanding> {
  let told = '';
  for (;;) {
    const standing = await client.batch(batchId);
    const line = batchLine(standing);
    if (line !== told) process.stderr.write(terminal.live ? `\r\u001b[K${line}` : `${line}\n`);
    told = line;
    if (!isUnderWay(standing)) {
      if (terminal.live) process.stderr.write('\n');
      return standing;
    }
    await pause(everyMs);
  }
}
