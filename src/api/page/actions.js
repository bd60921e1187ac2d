import { ask, Problem } from './ask.js';
import { h } from './h.js';
import { notice, problemPart } from './parts.js';

/** @typedef {import('./types').SettlementRecord} SettlementRecord */
/** @typedef {'retry' | 'cancel' | 'resolve'} ActionName */

const isCancellable = new Set(['PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'MINTING']);
const isRetryable = new Set(['FAILED', 'COMPENSATING']);

/** @type {Record<ActionName, { label: string, asks: string, says: string }>} */
const texts = {
  retry: {
    label: 'Retry',
    asks: 'Try this settlement again, from where it failed? It burns again only if the tokens were given back.',
    says: 'The retry is taken.',
  },
  cancel: {
    label: 'Cancel',
    asks: 'Ask for this settlement not to happen? What is burned already goes back to the holder, unless the mint is quicker.',
    says: 'The cancel is taken.',
  },
  resolve: {
    label: 'Resolve',
    asks: 'Decide how it goes on. What you say is kept for good, with your name.',
    says: 'Your decision is taken.',
  },
};

/** @type {readonly (readonly [value: string, text: string])[]} */
const resolutions = [
  ['retry', 'Forward: try again what is stuck'],
  ['refund', 'Back: give the holder the tokens back, on proof'],
  ['complete', 'Look again: it is complete after all'],
];

/**
 * What somebody may do to a settlement. Each is asked about once more before it is sent; what was not answered can be sent again.
 * @param {{ settlementId: string, redraw: () => void, acted: (text: string) => void }} options
 */
export function createActions({ settlementId, redraw, acted }) {
  /** @type {ActionName | null} */
  let chosen = null;
  let requestId = '';
  let isBusy = false;
  /** @type {Problem | null} */
  let problem = null;
  let taken = '';

  /** @param {ActionName | null} name */
  function choose(name) {
    [chosen, problem, taken] = [name, null, ''];
    // One for as often as this retry is sent: repeats of it are one.
    requestId = crypto.randomUUID();
    redraw();
    const first = name === null ? '.actions button' : name === 'resolve' ? 'form.action input' : 'form.action button';
    const element = document.querySelector(first);
    if (element instanceof HTMLElement) element.focus();
  }

  /** @param {ActionName} name @param {object} body */
  async function send(name, body) {
    [isBusy, problem] = [true, null];
    redraw();
    try {
      await ask(`/v1/settlements/${encodeURIComponent(settlementId)}/${name}`, { body });
      [chosen, taken] = [null, texts[name].says];
      acted(taken);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
    } finally {
      isBusy = false;
      redraw();
    }
  }

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement) || chosen === null || isBusy) return;
    const given = Object.fromEntries(new FormData(event.target));
    if (chosen === 'resolve') void send('resolve', given);
    else void send(chosen, chosen === 'retry' ? { requestId } : {});
  }

  /** @param {ActionName} name */
  function form(name) {
    const { label, asks } = texts[name];
    return h(
      'form',
      {
        class: 'action',
        'data-key': `form-${name}`,
        'aria-label': label,
        onsubmit: (event) => submit(/** @type {SubmitEvent} */ (event)),
      },
      h('p', {}, asks),
      name === 'resolve' && resolveFields(),
      problem && problemPart(problem),
      problem?.away && notice('warn', 'Whether it was taken is not known. It is safe to send it again.'),
      h(
        'p',
        { class: 'buttons' },
        h(
          'button',
          { type: 'submit', class: name === 'cancel' ? 'grave' : 'main', disabled: isBusy },
          isBusy ? 'Sending…' : `Yes, ${label.toLowerCase()}`,
        ),
        h('button', { type: 'button', class: 'quiet', onclick: () => choose(null) }, 'No, leave it'),
      ),
    );
  }

  return {
    /** @param {SettlementRecord} record @param {readonly string[]} scopes */
    part({ status, needsOperator }, scopes) {
      const mayAct = scopes.includes('submit') || scopes.includes('operate');
      /** @type {ActionName[]} */
      const possible = [];
      if (needsOperator && scopes.includes('operate')) possible.push('resolve');
      if (isRetryable.has(status) && mayAct) possible.push('retry');
      if (isCancellable.has(status) && mayAct) possible.push('cancel');
      // What is no longer possible is not asked about any more, but what went wrong is read first.
      if (chosen !== null && !possible.includes(chosen) && !isBusy && !problem) chosen = null;
      if (possible.length === 0 && chosen === null && taken === '') return null;
      return h(
        'section',
        { class: 'actions', 'aria-label': 'Actions', 'data-key': 'actions' },
        taken !== '' && notice('good', taken),
        chosen === null
          ? h(
              'p',
              { class: 'buttons' },
              possible.map((name) =>
                h(
                  'button',
                  {
                    type: 'button',
                    'data-key': name,
                    class: name === 'resolve' ? 'main' : '',
                    onclick: () => choose(name),
                  },
                  `${texts[name].label}…`,
                ),
              ),
            )
          : form(chosen),
      );
    },
  };
}

function resolveFields() {
  return [
    h(
      'fieldset',
      {},
      h('legend', {}, 'How it goes on'),
      resolutions.map(([value, text]) =>
        h(
          'label',
          { class: 'choice' },
          h('input', { type: 'radio', name: 'action', value, required: true }),
          ` ${text}`,
        ),
      ),
    ),
    h('label', {}, 'Your name', h('input', { name: 'by', required: true, maxlength: 200, autocomplete: 'name' })),
    h(
      'label',
      {},
      'Evidence: on what grounds',
      h('textarea', { name: 'evidence', required: true, maxlength: 2000, rows: 3 }),
    ),
  ];
}
