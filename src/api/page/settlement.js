import { createActions } from './actions.js';
import { ask, nowMs } from './ask.js';
import { follow } from './follow.js';
import { formatElapsed } from './format.js';
import { h } from './h.js';
import { keepLooking } from './keepLooking.js';
import { morph } from './morph.js';
import { amountPart, hashPart, notice, problemPart, statusBadge, timePart } from './parts.js';
import { timeline } from './timeline.js';

/** @typedef {import('./types').Progress} Progress */
/** @typedef {import('./types').Info} Info */
/** @typedef {import('./types').SettlementEvent} SettlementEvent */

const [liveMs, endedMs] = [1_000, 5_000];

/**
 * One settlement as it goes: its events tell when something changed, a look tells what it is now.
 * @param {import('./types').Shell} shell
 * @param {string} settlementId
 */
export function settlement(shell, settlementId) {
  /** @type {Info | null} */
  let info = null;
  /** @type {Progress | null} */
  let progress = null;
  /** @type {Map<number, SettlementEvent>} */
  const events = new Map();
  let told = '';
  const looking = keepLooking(shell, look, (problem) => {
    const title = problem.status === 404 ? 'No such settlement' : 'Settlement';
    morph(shell.root, [h('h1', {}, title), problemPart(problem)]);
  });
  const actions = createActions({
    settlementId,
    redraw: draw,
    acted(text) {
      shell.announce(text);
      looking.now();
    },
  });
  void follow(
    settlementId,
    (event) => {
      events.set(event.seq, event);
      looking.now();
    },
    shell.signal,
  );

  async function look() {
    const { signal } = shell;
    info ??= /** @type {Info} */ (await ask('/v1/info', { signal }));
    progress = /** @type {Progress} */ (
      await ask(`/v1/settlements/${encodeURIComponent(settlementId)}/progress`, { signal })
    );
    const { record } = progress;
    const now = `${record.status}${record.needsOperator ? ', needs an operator' : ''}`;
    if (told !== '' && told !== now) shell.announce(`${settlementId} is ${now}`);
    told = now;
    draw();
    return isEnded(progress) ? endedMs : liveMs;
  }

  function draw() {
    if (!progress || shell.signal.aborted) return;
    const { record, silent } = progress;
    morph(shell.root, [
      h('p', { class: 'crumb' }, h('a', { href: '#/' }, 'Overview')),
      headPart(progress, info),
      ...(record.errorCode === null ? [] : [trouble(record.needsOperator, record.errorCode, record.errorMessage)]),
      ...(silent.length === 0 ? [] : [notice('warn', `No answer now from ${silent.join(', ')}: shown as last known.`)]),
      ...[actions.part(record, info?.scopes ?? [])].flatMap((part) => part ?? []),
      h(
        'div',
        { class: 'pair wide', 'data-key': 'body' },
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'timeline-title' },
          h('h2', { id: 'timeline-title' }, `Timeline of attempt ${record.attempt + 1}`),
          timeline(progress),
        ),
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'facts-title' },
          h('h2', { id: 'facts-title' }, 'Facts'),
          facts(progress, info),
        ),
      ),
      historyPart([...events.values()].sort((a, b) => a.seq - b.seq)),
    ]);
  }
}

/** @param {Progress} progress */
function isEnded({ record: { status } }) {
  return status === 'COMPLETED' || status === 'FAILED';
}

/** @param {Progress} progress @param {Info | null} info */
function headPart(progress, info) {
  const { record } = progress;
  const endMs = isEnded(progress) ? Date.parse(record.updatedAt) : nowMs();
  return h(
    'div',
    { class: 'head', 'data-key': 'head' },
    h('h1', {}, record.settlementId),
    h(
      'p',
      { class: 'sub' },
      statusBadge(record),
      h('span', { class: 'big' }, amountPart(info, record)),
      h('span', {}, `${record.sourceChain} → ${record.destinationChain}`),
      h('span', { class: 'muted' }, formatElapsed(endMs - Date.parse(record.createdAt))),
    ),
  );
}

/** @param {boolean} needsOperator @param {string} code @param {string | null} message */
function trouble(needsOperator, code, message) {
  return h(
    'div',
    { class: `notice ${needsOperator ? 'bad' : 'warn'}`, 'data-key': 'trouble' },
    h('p', {}, h('code', {}, code), message && ` ${message}`),
  );
}

/** @param {Progress} progress @param {Info | null} info */
function facts({ record, run }, info) {
  /** @type {[string, import('./types').Child][]} */
  const rows = [
    ['Holder', hashPart(record.holder, 'holder')],
    ['Recipient', hashPart(record.recipient, 'recipient')],
    ['Token', hashPart(record.token, 'token')],
    ['Attempt', String(record.attempt + 1)],
    ['Created', timePart(record.createdAt)],
    ['Updated', timePart(record.updatedAt)],
    ['Run', runPart(record.settlementId, run, info)],
  ];
  return h(
    'dl',
    { class: 'facts' },
    rows.map(([name, value]) => h('div', { 'data-key': name }, h('dt', {}, name), h('dd', {}, value))),
  );
}

/** @param {string} settlementId @param {Progress['run']} run @param {Info | null} info */
function runPart(settlementId, run, info) {
  const href = info?.temporal && runUrl(info.temporal, settlementId);
  return [`${run} `, href && h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, 'in Temporal')];
}

/** @param {NonNullable<Info['temporal']>} temporal @param {string} settlementId */
function runUrl({ uiUrl, namespace }, settlementId) {
  const url = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(settlementId)}`;
  return /^https?:\/\//.test(url) ? url : null;
}

/** Every attempt's. @param {readonly SettlementEvent[]} events */
function historyPart(events) {
  const rows = events.map((event, index) => {
    const before = events[index - 1];
    const hashes = /** @type {const} */ (['burn', 'mint', 'refund']).map((kind) => {
      const hash = event[`${kind}TxHash`];
      if (hash === null || hash === before?.[`${kind}TxHash`]) return null;
      return h('span', {}, `${kind} `, hashPart(hash, `${kind} hash`));
    });
    return h(
      'li',
      { 'data-key': `event-${event.seq}` },
      h('span', { class: 'seq' }, `${event.seq}`),
      timePart(event.at),
      statusBadge(event),
      h('span', { class: 'muted' }, `attempt ${event.attempt + 1}`),
      hashes,
      event.errorCode !== null &&
        event.errorCode !== before?.errorCode &&
        h('span', { title: event.errorMessage }, h('code', {}, event.errorCode)),
    );
  });
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'history-title', 'data-key': 'history' },
    h('h2', { id: 'history-title' }, 'History'),
    rows.length === 0 ? notice('calm', 'It has not entered the ledger yet.') : h('ol', { class: 'history' }, rows),
  );
}
