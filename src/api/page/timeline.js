import { nowMs } from './ask.js';
import { counted, formatElapsed } from './format.js';
import { h } from './h.js';
import { hashPart, timePart } from './parts.js';

/** @typedef {import('./types').Step} Step */
/** @typedef {import('./types').Progress} Progress */

/** @type {Record<Step['step'], string>} */
const names = {
  accepted: 'Order accepted',
  burn: 'Burn',
  'burn final': 'Burn final',
  mint: 'Mint',
  'mint final': 'Mint final',
  tombstone: 'Compensation: mint made impossible',
  refund: 'Compensation: refund',
  'refund final': 'Refund final',
};

/** @type {Record<Step['state'], string>} */
const states = {
  waiting: 'not begun',
  underWay: 'under way',
  done: 'done',
  failed: 'not done',
  notNeeded: 'not needed: the ledger proves that none was ever signed',
};

/** The steps of the attempt that stands. @param {Progress} progress */
export function timeline({ steps, pending }) {
  return h('ol', { class: 'timeline' }, ...steps.map((step) => stepPart(step, pending)));
}

/** @param {Step} step @param {Progress['pending']} pending */
function stepPart(step, pending) {
  const { step: name, state, chain, txHash, block, confirmations } = step;
  const isFinality = name.endsWith(' final');
  return h(
    'li',
    { class: state, 'data-key': name, ...(state === 'underWay' && { 'aria-current': 'step' }) },
    h('div', { class: 'what' }, h('strong', {}, names[name]), ' ', h('span', { class: 'state' }, states[state])),
    h('div', { class: 'took' }, elapsedPart(step), timePart(step.endedAt)),
    h(
      'div',
      { class: 'facts' },
      chain !== null && state !== 'waiting' && h('span', {}, `on ${chain}`),
      !isFinality && block !== null && h('span', {}, `block ${block}`),
      isFinality && state !== 'waiting' && confirmations && confirmationsPart(confirmations),
      !isFinality && txHash !== null && hashPart(txHash, 'transaction hash'),
      state === 'underWay' && pending.map(pendingPart),
    ),
  );
}

/** @param {Step} step */
function elapsedPart({ state, startedAt, endedAt }) {
  if (startedAt === null || state === 'waiting') return null;
  const end = endedAt === null ? nowMs() : Date.parse(endedAt);
  if (endedAt === null && state !== 'underWay') return null;
  return h('span', { class: 'elapsed' }, formatElapsed(end - Date.parse(startedAt)));
}

/** @param {NonNullable<Step['confirmations']>} confirmations */
function confirmationsPart({ seen, needed }) {
  return h('span', {}, `${Math.min(seen, needed)} of ${counted(needed, 'confirmation')}`);
}

/** @param {Progress['pending'][number]} pending */
function pendingPart({ activity, attempt, lastFailure, nextAttemptAt }) {
  if (attempt === 1 && lastFailure === null) return null;
  const next = nextAttemptAt === null ? '' : `, next in ${formatElapsed(Date.parse(nextAttemptAt) - nowMs())}`;
  return h('span', { class: 'tries' }, `${activity}: try ${attempt}`, lastFailure && ` after ${lastFailure}`, next);
}
