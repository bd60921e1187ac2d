import { homedir } from 'node:os';
import { join } from 'node:path';
import { burnTx, mintTx, refundTx, reversalTx, signature } from '../support/workflow/fixtures';
import { findReplayFailures, readEarlierHistories, readHistories } from '../support/workflow/replay';
import { scenarios } from '../support/workflow/scenarios';
import { productionBundlePath } from '../support/workflow/testServer';

/** What runs that are under way went through, the bundle of today must be able to go through again. */

const histories = readHistories();

test('there is a history of every path, and of nothing else', () => {
  const named = scenarios.map(({ name }) => name);
  // Missing or left over? `npm run replay:record` puts it right.
  expect(histories.map(({ name }) => name).sort()).toEqual(named.sort());
});

test('the production bundle replays every one of them', async () => {
  const bundle = { codePath: productionBundlePath() };
  expect(await findReplayFailures(bundle, histories)).toEqual([]);
});

test('and what went another way before a change', async () => {
  const earlier = readEarlierHistories();
  expect(earlier.length).toBeGreaterThan(0);
  const bundle = { codePath: productionBundlePath() };
  expect(await findReplayFailures(bundle, earlier)).toEqual([]);
});

test('each ends as its scenario says', () => {
  const endings = Object.fromEntries(histories.map(({ name, text }) => [name, endingOf(text)]));
  const expected = scenarios.map(({ name, play }) => [
    name,
    play().expected.status === 'COMPLETED'
      ? 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'
      : 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
  ]);
  expect(endings).toEqual(Object.fromEntries(expected));
});

describe('nothing stands in a history that must not be committed', () => {
  const openTexts = [...histories, ...readEarlierHistories()].map(({ name, text }) => ({
    name,
    open: `${text}\n${payloadsOf(text).join('\n')}`,
  }));

  test.each(openTexts)('$name', ({ open }) => {
    for (const place of [join(__dirname, '../..'), homedir(), '/tmp/', 'file://']) expect(open).not.toContain(place);
    expect(open).not.toMatch(/private|mnemonic|passw|bearer|api.?key/i);
    // Whatever could be a key is one of the made-up hashes.
    const known = [burnTx, mintTx, refundTx, reversalTx, signature, `0x${'f1'.repeat(32)}`];
    const long = (open.match(/0x[0-9a-fA-F]{64,}/g) ?? []).filter((hex) => !known.some((made) => made === hex));
    expect(long).toEqual([]);
  });
});

function endingOf(text: string): unknown {
  const { events } = JSON.parse(text) as { events: { eventType: string }[] };
  return events.at(-1)?.eventType;
}

/** What the payloads say once decoded: a secret would not stand in the JSON in the open. */
function payloadsOf(text: string): string[] {
  const decoded: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key === 'data' && typeof value === 'string') decoded.push(Buffer.from(value, 'base64').toString());
    return value;
  });
  return decoded;
}
