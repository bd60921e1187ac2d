import { orderToJson } from '../../../src/domain/order';
import { recordAtStart } from '../../../src/domain/recordAtStart';
import { anOrder } from './orders';

const order = orderToJson(anOrder);
const began = new Date('2026-11-23T10:00:00.500Z');

describe('when a settlement was created', () => {
  it('is when its client asked', () => {
    const record = recordAtStart(order, began, '2026-11-23T10:00:00.400Z');
    expect(record).toMatchObject({ createdAt: '2026-11-23T10:00:00.400Z', updatedAt: '2026-11-23T10:00:00.400Z' });
  });

  it.each([undefined, null, 7, '', 'yesterday', {}, '2026-11-23T10:00:00.501Z'])(
    'is when its run began where the client left nothing to go by (%j)',
    (askedAt) => {
      expect(recordAtStart(order, began, askedAt).createdAt).toBe(began.toISOString());
    },
  );
});
