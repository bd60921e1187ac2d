import { ask, Problem } from './ask.js';
import { counted } from './format.js';
import { h } from './h.js';
import { keepLooking } from './keepLooking.js';
import { morph } from './morph.js';
import { notice, problemPart, settlementTable } from './parts.js';

/** @typedef {import('./types').SettlementRecord} SettlementRecord */
/** @typedef {import('./types').SettlementPage} SettlementPage */

const statuses = [
  'PENDING',
  'PROCESSING',
  'BURNING',
  'BURNED',
  'MINTING',
  'MINTED',
  'COMPENSATING',
  'COMPLETED',
  'FAILED',
];

/**
 * What has the id, the address or the transaction hash; or every settlement, by status and route. What can only be one is opened.
 * @param {import('./types').Shell} shell
 * @param {URLSearchParams} sought
 */
export function search(shell, sought) {
  /** @type {import('./types').Info | null} */
  let info = null;
  /** @type {SettlementRecord[]} */
  const older = [];
  /** @type {string | null | undefined} */
  let olderCursor;
  const looking = keepLooking(shell, look, (problem) =>
    morph(shell.root, [heading(), filters(), problemPart(problem)]),
  );

  async function look() {
    const { signal } = shell;
    info ??= /** @type {import('./types').Info} */ (await ask('/v1/info', { signal }));
    const first = await find();
    if (first === null) return 60_000;
    const ids = new Set(first.settlements.map(({ settlementId }) => settlementId));
    const all = [...first.settlements, ...older.filter(({ settlementId }) => !ids.has(settlementId))];
    const cursor = olderCursor === undefined ? first.nextCursor : olderCursor;
    morph(shell.root, [
      heading(),
      filters(),
      h(
        'section',
        { class: 'card' },
        all.length === 0 ? notice('calm', 'Nothing found.') : settlementTable(all, info, 'Settlements found'),
        cursor !== null && h('p', {}, h('button', { type: 'button', onclick: () => void more(cursor) }, 'Older')),
      ),
    ]);
    shell.announce(all.length === 0 ? 'Nothing found' : `${counted(all.length, 'settlement')} found`);
    return 4_000;
  }

  /** @returns {Promise<SettlementPage | null>} null: it was one, and is opened */
  async function find() {
    const { signal } = shell;
    const q = sought.get('q') ?? '';
    const page = /** @type {SettlementPage} */ (await ask(`/v1/settlements?${query()}`, { signal }));
    const [only] = page.settlements;
    const isAddress = /^0x[0-9a-fA-F]{40}$/.test(q);
    if (q !== '' && only && page.settlements.length === 1 && !isAddress) return open(only.settlementId);
    if (q === '' || only || !/^[A-Za-z0-9_-]{1,64}$/.test(q)) return page;
    // It may have been accepted a moment ago, and not be in any list yet.
    try {
      const record = /** @type {SettlementRecord} */ (await ask(`/v1/settlements/${q}`, { signal }));
      return open(record.settlementId);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return page;
      throw error;
    }
  }

  /** @param {string} settlementId */
  function open(settlementId) {
    location.replace(`#/settlement/${encodeURIComponent(settlementId)}`);
    return null;
  }

  /** @param {string} cursor */
  async function more(cursor) {
    try {
      const path = `/v1/settlements?${query()}&cursor=${encodeURIComponent(cursor)}`;
      const page = /** @type {SettlementPage} */ (await ask(path, { signal: shell.signal }));
      older.push(...page.settlements);
      olderCursor = page.nextCursor;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    // Whatever was wrong, the next look says it.
    looking.now();
  }

  function query() {
    const given = new URLSearchParams({ limit: '50' });
    for (const name of ['q', 'status', 'route', 'holder', 'recipient', 'needsOperator']) {
      const value = sought.get(name);
      if (value) given.set(name, value);
    }
    return given.toString();
  }

  function heading() {
    const q = sought.get('q');
    return h('h1', {}, q ? `Search: ${q}` : 'All settlements');
  }

  function filters() {
    const routes = [...new Set((info?.routes ?? []).map((one) => `${one.sourceChain}-${one.destinationChain}`))];
    return h(
      'form',
      { class: 'filters', 'aria-label': 'Filters' },
      choice('status', 'Status', 'every status', statuses),
      choice('route', 'Route', 'every route', routes),
    );
  }

  /** @param {string} name @param {string} label @param {string} all @param {readonly string[]} values */
  function choice(name, label, all, values) {
    const chosen = sought.get(name) ?? '';
    const known = chosen === '' || values.includes(chosen) ? values : [...values, chosen];
    const option = (/** @type {string} */ value, /** @type {string} */ text) =>
      h('option', { value, selected: value === chosen }, text);
    const onchange = (/** @type {Event} */ event) => {
      const wanted = new URLSearchParams(sought);
      if (event.target instanceof HTMLSelectElement) wanted.set(name, event.target.value);
      location.hash = `#/search?${wanted.toString()}`;
    };
    return h(
      'label',
      {},
      `${label} `,
      h('select', { name, onchange }, option('', all), ...known.map((value) => option(value, value))),
    );
  }
}
