import { h } from './h.js';
import { morph } from './morph.js';
import { overview } from './overview.js';
import { search } from './search.js';
import { session } from './session.js';
import { settlement } from './settlement.js';
import { signIn } from './signIn.js';

/** @param {string} id */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const [root, status, away] = [part('main'), part('status'), part('away')];
const [link, leave] = [part('link'), part('leave')];
const searchForm = /** @type {HTMLFormElement} */ (part('search'));
const field = /** @type {HTMLInputElement} */ (part('q'));
let ending = new AbortController();
let shown = '';

/** Ends the view that is shown, and shows the one that the address names. */
function show() {
  session.takeFromAddress();
  if (location.hash === '#main') return;
  ending.abort();
  ending = new AbortController();
  const isIn = session.token !== null;
  for (const element of [searchForm, leave, link]) element.hidden = !isIn;
  away.hidden = true;
  if (!isIn) return askForToken('');
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  // The first view leaves the focus where it is; who goes on begins at the top of the next.
  const isMove = shown !== '' && shown !== location.hash;
  shown = location.hash || '#/';
  if (isMove) {
    scrollTo(0, 0);
    if (!(document.activeElement instanceof HTMLSelectElement)) root.focus({ preventScroll: true });
  }
  morph(root, [h('p', { class: 'loading', role: 'status' }, 'Loading…')]);
  view(path, new URLSearchParams(query));
}

/** @param {string} path @param {URLSearchParams} query */
function view(path, query) {
  const shell = { root, signal: ending.signal, announce, isAway, signOut };
  const [, id] = /^settlement\/(.+)$/.exec(path) ?? [];
  if (id !== undefined) {
    const settlementId = decoded(id);
    document.title = `${settlementId} · Settlements`;
    return settlement(shell, settlementId);
  }
  if (path === 'search') {
    document.title = 'Search · Settlements';
    field.value = query.get('q') ?? '';
    return search(shell, query);
  }
  document.title = 'Settlements';
  overview(shell);
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} text */
function announce(text) {
  if (status.textContent !== text) status.textContent = text;
}

/** @param {boolean} now */
function isAway(now) {
  link.className = now ? 'away' : 'live';
  link.textContent = now ? 'Away' : 'Live';
  const text = 'The API does not answer. Settlements go on without this page; it comes back by itself.';
  if (now && away.hidden) away.textContent = text;
  if (!now && !away.hidden) announce('The API answers again');
  away.hidden = !now;
}

/** @param {string} why */
function signOut(why) {
  session.leave();
  ending.abort();
  for (const element of [searchForm, leave, link]) element.hidden = true;
  askForToken(why);
}

/** @param {string} why */
function askForToken(why) {
  document.title = 'Settlements';
  signIn(root, why, (token) => {
    session.enter(token);
    shown = '';
    show();
  });
}

leave.addEventListener('click', () => signOut(''));
searchForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const q = field.value.trim();
  location.hash = q === '' ? '#/search' : `#/search?q=${encodeURIComponent(q)}`;
});
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey || searchForm.hidden) return;
  event.preventDefault();
  field.select();
  field.focus();
});
addEventListener('hashchange', show);
show();
