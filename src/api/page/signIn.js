import { h } from './h.js';
import { morph } from './morph.js';
import { notice } from './parts.js';

/**
 * Asks for a token.
 * @param {HTMLElement} root
 * @param {string} why
 * @param {(token: string) => void} enter
 */
export function signIn(root, why, enter) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const field = root.querySelector('input');
    if (field && field.value.trim() !== '') enter(field.value.trim());
  };
  morph(root, [
    h(
      'form',
      { class: 'card sign-in', 'aria-label': 'Token', 'data-key': 'sign-in', onsubmit: submit },
      h('h1', {}, 'Whose settlements?'),
      why !== '' && h('div', { role: 'alert' }, notice('bad', why)),
      h(
        'p',
        { class: 'lead' },
        'This page shows what your API token may see. It keeps the token until this tab is closed.',
      ),
      h(
        'label',
        {},
        'Token',
        h('input', {
          name: 'token',
          type: 'password',
          required: true,
          autocomplete: 'off',
          spellcheck: 'false',
          placeholder: 'cs_…',
        }),
      ),
      h('p', { class: 'buttons' }, h('button', { type: 'submit', class: 'main' }, 'Show')),
      h('p', { class: 'muted' }, h('code', {}, 'npx settle token create on-call --scopes read,operate'), ' makes one.'),
    ),
  ]);
  root.querySelector('input')?.focus();
}
