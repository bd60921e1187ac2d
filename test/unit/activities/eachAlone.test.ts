import { MockActivityEnvironment } from '@temporalio/testing';
import { eachAlone } from '../../../src/activities/batch/eachAlone';
import type { BatchItem } from '../../../src/activities/batch/readItems';
import type { Straggler } from '../../../src/domain/batch';
import { PermanentError, TransientError } from '../../../src/domain/errors';

const item = (position: number): BatchItem => ({ position }) as BatchItem;
const items = [item(0), item(1), item(2)];

/** As an activity that was scheduled so long ago. */
function run(step: (item: BatchItem) => Promise<void>, scheduledAgoMs = 0): Promise<readonly Straggler[]> {
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - scheduledAgoMs });
  return environment.run(() => eachAlone(items, step));
}

describe('the same step for each alone', () => {
  it('has no stragglers where all of them take it', async () => {
    expect(await run(async () => {})).toEqual([]);
  });

  it('tells who was refused, and who is driven by another run', async () => {
    const stragglers = await run(async ({ position }) => {
      if (position === 0) throw new PermanentError('INSUFFICIENT_FUNDS', 'a test');
      if (position === 2) throw new TransientError('OWNERSHIP_LOST', 'a test');
    });
    expect(stragglers).toEqual([
      { position: 0, code: 'INSUFFICIENT_FUNDS' },
      { position: 2, code: 'OWNERSHIP_LOST' },
    ]);
  });

  it('fails for what may pass, once every other was tried', async () => {
    const tried: number[] = [];
    const running = run(async ({ position }) => {
      if (position === 0) throw new TransientError('CHAIN_UNAVAILABLE', 'a test');
      await new Promise(setImmediate);
      tried.push(position);
    });
    await expect(running).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    expect(tried).toEqual([1, 2]);
  });

  it('lets go of what was hindered for a minute', async () => {
    const stragglers = await run(async ({ position }) => {
      if (position === 1) throw new TransientError('TRANSIENT_REFUSAL', 'a test');
    }, 61_000);
    expect(stragglers).toEqual([{ position: 1, code: 'TRANSIENT_REFUSAL' }]);
  });

  it('does not swallow what is no error of ours', async () => {
    await expect(run(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});
