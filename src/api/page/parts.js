import { formatAmount, formatTime, shorten } from './format.js';
import { h } from './h.js';

/** @typedef {import('./types').SettlementRecord} SettlementRecord */
/** @typedef {import('./types').Info} Info */

/** @param {Pick<SettlementRecord, 'status' | 'needsOperator' | 'compensated'>} record */
export function statusBadge({ status, needsOperator, compensated }) {
  const tone = needsOperator ? 'bad' : (tones[status] ?? 'busy');
  const text = status === 'FAILED' && compensated ? 'FAILED, refunded' : status;
  return h('span', { class: `badge ${tone}` }, needsOperator ? `${text} · needs operator` : text);
}

/** @type {Record<string, string>} */
const tones = { COMPLETED: 'good', MINTED: 'good', FAILED: 'warn', COMPENSATING: 'warn', PENDING: 'calm' };

/** A hash or an address: short to the eye, whole by title, by copy, and as a link to what else has it. @param {string} text @param {string} what */
export function hashPart(text, what) {
  return h(
    'span',
    { class: 'hash' },
    h('a', { href: `#/search?q=${encodeURIComponent(text)}`, title: text }, h('code', {}, shorten(text))),
    h(
      'button',
      {
        type: 'button',
        class: 'copy',
        'aria-label': `Copy ${what} ${shorten(text)}`,
        title: `Copy ${what}`,
        onclick: (event) => copy(text, event.currentTarget),
      },
      'Copy',
    ),
  );
}

/** @param {string} text @param {EventTarget | null} button */
async function copy(text, button) {
  if (!(button instanceof HTMLElement)) return;
  const says = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'Not allowed',
  );
  button.textContent = says;
  const status = document.getElementById('status');
  if (status) status.textContent = says;
  setTimeout(() => (button.textContent = 'Copy'), 1_500);
}

/** @param {string | null} instant */
export function timePart(instant) {
  return instant === null ? '' : h('time', { datetime: instant, title: instant }, formatTime(instant));
}

/** @param {Info | null} info @param {SettlementRecord} record */
export function amountPart(info, { sourceChain, token, amount }) {
  const known = tokenOf(info, sourceChain, token);
  if (!known) return h('span', { class: 'amount' }, `${amount} base units`);
  const text = formatAmount(amount, known.decimals);
  return h('span', { class: 'amount', title: `${amount} base units` }, text, h('small', {}, ` ${known.symbol}`));
}

/** @param {Info | null} info @param {string} chain @param {string} token */
export function tokenOf(info, chain, token) {
  const found = info?.chains.find(({ name }) => name === chain);
  return found?.tokens.find(({ address }) => address === token) ?? null;
}

/** @param {SettlementRecord} record */
export function settlementLink({ settlementId }) {
  return h('a', { href: `#/settlement/${encodeURIComponent(settlementId)}`, class: 'id' }, settlementId);
}

/**
 * @param {readonly SettlementRecord[]} records
 * @param {Info | null} info
 * @param {string} label
 */
export function settlementTable(records, info, label) {
  return h(
    'table',
    { class: 'settlements', 'aria-label': label },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...['Settlement', 'Route', 'Amount', 'Status', 'Updated'].map((name) => h('th', { scope: 'col' }, name)),
      ),
    ),
    h('tbody', {}, ...records.map((record) => settlementRow(record, info))),
  );
}

/** @param {SettlementRecord} record @param {Info | null} info */
function settlementRow(record, info) {
  const { settlementId, sourceChain, destinationChain, errorCode, updatedAt } = record;
  return h(
    'tr',
    { 'data-key': settlementId },
    h('td', { class: 'c-id' }, settlementLink(record)),
    h('td', { class: 'c-route' }, `${sourceChain} → ${destinationChain}`),
    h('td', { class: 'c-amount' }, amountPart(info, record)),
    h('td', { class: 'c-status' }, statusBadge(record), errorCode && h('small', { class: 'code' }, errorCode)),
    h('td', { class: 'c-time' }, timePart(updatedAt)),
  );
}

/** @param {string} tone @param {...import('./types').Child} children */
export function notice(tone, ...children) {
  return h('p', { class: `notice ${tone}` }, ...children);
}

/** @param {import('./ask.js').Problem} problem */
export function problemPart({ status, code, message, hint }) {
  const lead = status === 403 ? 'This token may not do that: ' : '';
  return h(
    'div',
    { class: 'notice bad', role: 'alert' },
    h('p', {}, `${lead}${message}`),
    h('p', {}, h('code', {}, code), hint && ` ${hint}`),
  );
}
