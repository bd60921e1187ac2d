import { Problem, send } from './ask.js';
import { pause } from './pause.js';

const [comeBackMs, quietMs] = [1_000, 3_000];

/**
 * A settlement's events as they happen, each once. EventSource cannot send a token, so the stream is read by fetch; whenever it ends it
 * is taken up after the last event that came. It never gives up: a settlement that failed may be retried by somebody else.
 * @param {string} settlementId
 * @param {(event: import('./types').SettlementEvent) => void} take
 * @param {AbortSignal} signal
 */
export async function follow(settlementId, take, signal) {
  let last = '';
  while (!signal.aborted) {
    let isOver = false;
    try {
      /** @type {Record<string, string>} */
      const headers = last === '' ? {} : { 'last-event-id': last };
      const path = `/v1/settlements/${encodeURIComponent(settlementId)}/events`;
      const response = await send(path, { signal, headers });
      isOver = response.status === 204;
      if (response.body) {
        for await (const frame of framesOf(response.body)) {
          // What came is not lost by what breaks after it.
          if (frame.id !== '') last = frame.id;
          if (frame.data !== '') take(JSON.parse(frame.data));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      // Who asks for the record says what is wrong; here it is only tried again.
      if (error instanceof Problem && !error.away) return;
    }
    await pause(isOver ? quietMs : comeBackMs, signal);
  }
}

/** @param {ReadableStream<Uint8Array>} body */
async function* framesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield frameOf(block);
  }
}

/** @param {string} block */
function frameOf(block) {
  const frame = { id: '', data: '' };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(id|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'id') frame.id = value ?? '';
    else if (name === 'data') frame.data += value ?? '';
  }
  return frame;
}
