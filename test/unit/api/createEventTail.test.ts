import { createEventTail } from '../../../src/api/createEventTail';
import type { EventPage, NewEvent } from '../../../src/ledger/api/newEvents';
import { createLogger } from '../../../src/observability/createLogger';

/** A ledger of nothing but events, each committed at once. */
function ledgerOfEvents() {
  const events: NewEvent[] = [];
  const ledger = {
    reads: 0,
    write(settlementId: string) {
      const id = BigInt(events.length + 1);
      events.push({ id, settlementId, seq: 1, status: 'PROCESSING', attempt: 0, at: '', facts: {}, hash: '' } as never);
    },
    async newEvents(after: bigint, limit: number): Promise<EventPage> {
      ledger.reads += 1;
      const [newest, end] = [BigInt(events.length), BigInt(events.length + 1)];
      const page = events.filter(({ id }) => id > after).slice(0, limit);
      return { events: page, endedBelow: end, begunBelow: end, epoch: 0, newest };
    },
  };
  return ledger;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('the tail of events', () => {
  it('reads nothing while nobody wants it, and misses nothing for who does', async () => {
    const ledger = ledgerOfEvents();
    const tail = createEventTail(ledger, createLogger('silent'), 100);
    try {
      ledger.write('before');
      await new Promise((resolve) => setImmediate(resolve));
      expect(ledger.reads).toBe(0);

      for (const id of ['one', 'two']) {
        const heard: string[] = [];
        await tail.ready();
        const stop = tail.listen(id, (event) => heard.push(event?.settlementId ?? 'begin anew'));
        ledger.write('of nobody');
        ledger.write(id);
        await until(() => heard.length > 0);
        expect(heard).toEqual([id]);
        stop();
        // It rests: of a whole number of its turns none reads.
        const rested = async (): Promise<boolean> => {
          const before = ledger.reads;
          await new Promise((resolve) => setTimeout(resolve, 500));
          return ledger.reads === before;
        };
        while (!(await rested())) continue;
      }
    } finally {
      await tail.close();
    }
  });
});
