import { ask, Problem } from './ask.js';
import { counted, formatAmount } from './format.js';
import { h } from './h.js';
import { keepLooking } from './keepLooking.js';
import { morph } from './morph.js';
import { notice, problemPart, settlementTable, tokenOf } from './parts.js';

/** @typedef {import('./types').SettlementRecord} SettlementRecord */
/** @typedef {import('./types').Info} Info */
/** @typedef {import('./types').Supply} Supply */

const everyMs = 2_000;
/** The chains are asked for these: less often. */
const slowEveryMs = 6_000;
export const openStatuses = 'PENDING,PROCESSING,BURNING,BURNED,MINTING,MINTED,COMPENSATING';

/** What is in flight, whether it adds up, who needs somebody, and what was last. @param {import('./types').Shell} shell */
export function overview(shell) {
  /** @type {{ info: Info | null, supply: Supply | Problem | null, slowAtMs: number }} */
  const known = { info: null, supply: null, slowAtMs: -Infinity };

  keepLooking(shell, look, (problem) => morph(shell.root, [problemPart(problem)]));

  async function look() {
    if (performance.now() - known.slowAtMs > slowEveryMs) await lookSlowly();
    const { signal } = shell;
    const list = (/** @type {string} */ query) =>
      /** @type {Promise<import('./types').SettlementPage>} */ (ask(`/v1/settlements?${query}`, { signal }));
    const [stuck, open, recent] = await Promise.all([
      list('needsOperator=true&limit=50'),
      list(`status=${openStatuses}&limit=200`),
      list('limit=15'),
    ]);
    morph(shell.root, [
      h('h1', { class: 'unseen' }, 'Overview'),
      ...(stuck.settlements.length > 0 ? [stuckPart(stuck, known.info)] : []),
      h('div', { class: 'pair' }, routesPart(known.info, open), supplyPart(known.supply)),
      recentPart(recent, known.info),
    ]);
    return everyMs;
  }

  async function lookSlowly() {
    const { signal } = shell;
    const asked = /** @type {Promise<Info>} */ (ask('/v1/info', { signal }));
    const supply = /** @type {Promise<Supply>} */ (ask('/v1/supply', { signal })).catch((error) => {
      // A chain that is away takes this part alone.
      if (error instanceof Problem && error.code === 'CHAIN_UNAVAILABLE') return error;
      throw error;
    });
    [known.info, known.supply] = await Promise.all([asked, supply]);
    known.slowAtMs = performance.now();
  }
}

/** @param {import('./types').SettlementPage} page @param {Info | null} info */
function stuckPart({ settlements, nextCursor }, info) {
  const count = `${settlements.length}${nextCursor === null ? '' : '+'}`;
  const text = settlements.length === 1 ? 'A settlement needs an operator' : `${count} settlements need an operator`;
  return h(
    'section',
    { class: 'card stuck', 'aria-labelledby': 'stuck-title', 'data-key': 'stuck' },
    h('h2', { id: 'stuck-title' }, text),
    h(
      'p',
      { class: 'lead' },
      'Nothing is lost: each holds where it is until somebody decides. Open one to see why, and to act.',
    ),
    settlementTable(settlements, info, 'Settlements that need an operator'),
  );
}

/** @param {Info | null} info @param {import('./types').SettlementPage} open */
function routesPart(info, { settlements, nextCursor }) {
  const atLeast = nextCursor === null ? '' : '+';
  const rows = (info?.routes ?? []).map((route) => {
    const own = settlements.filter(
      ({ sourceChain, destinationChain, token }) =>
        sourceChain === route.sourceChain && destinationChain === route.destinationChain && token === route.token,
    );
    const token = tokenOf(info, route.sourceChain, route.token);
    const sum = own.reduce((total, { amount }) => total + BigInt(amount), 0n);
    const name = `${route.sourceChain}-${route.destinationChain}`;
    const text = `${formatAmount(sum, token?.decimals ?? 0)}${atLeast} ${token?.symbol ?? ''}`;
    return h(
      'tr',
      { 'data-key': `${name}-${route.token}` },
      h(
        'td',
        {},
        h(
          'a',
          { href: `#/search?route=${encodeURIComponent(name)}` },
          `${route.sourceChain} → ${route.destinationChain}`,
        ),
      ),
      h('td', { class: 'number count' }, `${own.length}${atLeast}`),
      h('td', { class: 'number' }, text),
      h('td', {}, routeState(route)),
    );
  });
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'routes-title' },
    h('h2', { id: 'routes-title' }, 'Routes'),
    rows.length === 0
      ? notice('calm', 'No route is configured.')
      : h(
          'table',
          { class: 'plain' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              h('th', { scope: 'col' }, 'Route'),
              h('th', { scope: 'col', class: 'number' }, 'Open'),
              h('th', { scope: 'col', class: 'number' }, 'Amount'),
              h('th', { scope: 'col' }, 'State'),
            ),
          ),
          h('tbody', {}, ...rows),
        ),
  );
}

/** @param {Info['routes'][number]} route */
function routeState({ paused, enabled }) {
  if (paused)
    return h('span', { class: 'badge bad', title: "What is submitted waits; 'settle route list' says why" }, 'paused');
  if (enabled === null) return h('span', { class: 'badge warn', title: 'A chain does not answer' }, 'unknown');
  return enabled
    ? h('span', { class: 'badge good' }, 'open')
    : h('span', { class: 'badge warn', title: 'Not enabled, or a gateway is paused' }, 'closed');
}

/** @param {Supply | Problem | null} supply */
function supplyPart(supply) {
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'supply-title' },
    h('h2', { id: 'supply-title' }, 'Supply'),
    supply === null || supply instanceof Problem
      ? notice('warn', 'A chain does not answer, so supply cannot be counted now.')
      : supply.tokens.map(tokenPart),
  );
}

/** @param {Supply['tokens'][number]} token */
function tokenPart({ symbol, decimals, chains, inFlight, unaccounted, conserved }) {
  const row = (/** @type {string} */ name, /** @type {string} */ amount, /** @type {string} */ title = '') =>
    h(
      'tr',
      { title: title || null },
      h('th', { scope: 'row' }, name),
      h('td', { class: 'number' }, formatAmount(amount, decimals)),
    );
  return h(
    'div',
    { 'data-key': symbol },
    h(
      'table',
      { class: 'plain sum', 'aria-label': `${symbol}, minted less burned` },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Minted less burned'),
          h('th', { scope: 'col', class: 'number' }, symbol),
        ),
      ),
      h(
        'tbody',
        {},
        ...chains.map(({ chain, mintedMinusBurned, throughBlock }) =>
          row(`on ${chain}`, mintedMinusBurned, `By the gateway, through final block ${throughBlock}`),
        ),
        row('in flight', inFlight, 'Burned, and neither minted nor given back yet'),
      ),
      h('tfoot', {}, row('sum', unaccounted)),
    ),
    conservation(conserved, formatAmount(unaccounted, decimals), symbol),
  );
}

/** @param {boolean | null} conserved @param {string} unaccounted @param {string} symbol */
function conservation(conserved, unaccounted, symbol) {
  if (conserved === true)
    return h('p', { class: 'verdict good' }, 'Conserved: it adds up to nothing lost and nothing made.');
  if (conserved === false)
    return h('p', { class: 'verdict bad', role: 'alert' }, `Not conserved: ${unaccounted} ${symbol} unaccounted for.`);
  return h('p', { class: 'verdict calm' }, 'Cannot be said while settlements are between two final blocks.');
}

/** @param {import('./types').SettlementPage} page @param {Info | null} info */
function recentPart({ settlements, nextCursor }, info) {
  const many = counted(settlements.length, 'settlement');
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'recent-title', 'data-key': 'recent' },
    h('h2', { id: 'recent-title' }, 'Recent settlements'),
    settlements.length === 0
      ? notice('calm', 'There is no settlement yet. ', h('code', {}, 'npx settle start --help'), ' makes one.')
      : settlementTable(settlements, info, `The last ${many}`),
    nextCursor !== null && h('p', {}, h('a', { href: '#/search', class: 'more' }, 'All settlements')),
  );
}
