/**
 * Makes what is shown equal to what is wanted with as few changes as there are: who reads, types or has the focus somewhere is not
 * disturbed by news. Elements are told apart by their `data-key`, else by their place.
 * @param {Element} shown
 * @param {readonly Node[]} wanted
 */
export function morph(shown, wanted) {
  /** @type {Map<string, Node>} */
  const keyed = new Map();
  for (const child of shown.childNodes) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let at = shown.firstChild;
  for (const node of wanted) {
    const key = keyOf(node);
    const same = key === null ? at : (keyed.get(key) ?? null);
    if (same && isAlike(same, node)) {
      if (same === at) at = at.nextSibling;
      else shown.insertBefore(same, at);
      become(same, node);
    } else {
      shown.insertBefore(node, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof Element ? node.getAttribute('data-key') : null;
}

/** @param {Node} one @param {Node} other */
function isAlike(one, other) {
  return one.nodeName === other.nodeName && keyOf(one) === keyOf(other);
}

/** @param {Node} shown @param {Node} wanted */
function become(shown, wanted) {
  if (!(shown instanceof HTMLElement) || !(wanted instanceof HTMLElement)) {
    if (shown.textContent !== wanted.textContent) shown.textContent = wanted.textContent;
    return;
  }
  for (const { name, value } of wanted.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  for (const { name } of [...shown.attributes]) {
    // Whether it is unfolded is for the reader to say.
    if (name !== 'open' && !wanted.hasAttribute(name)) shown.removeAttribute(name);
  }
  shown.onclick = wanted.onclick;
  shown.onsubmit = wanted.onsubmit;
  shown.onchange = wanted.onchange;
  morph(shown, [...wanted.childNodes]);
}
