import { createRateMeter } from '../../../src/api/createRateMeter';

test('the meter counts what was noted within the last second, and nothing older', () => {
  let nowMs = 10_000;
  const meter = createRateMeter(() => nowMs);
  expect(meter.perSecond()).toBe(0);
  meter.note();
  nowMs += 600;
  meter.note();
  meter.note();
  expect(meter.perSecond()).toBe(3);
  nowMs += 399;
  expect(meter.perSecond()).toBe(3);
  nowMs += 1;
  expect(meter.perSecond()).toBe(2);
  nowMs += 600;
  expect(meter.perSecond()).toBe(0);
});
