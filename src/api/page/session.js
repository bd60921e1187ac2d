const key = 'settlement-token';

/**
 * The token, for as long as the tab is open. A link may hand it over in its fragment, which no browser sends; it is taken out of the
 * address at once, so that it is in no history and in no copied link.
 */
export const session = {
  get token() {
    return sessionStorage.getItem(key);
  },
  /** @param {string} token */
  enter(token) {
    sessionStorage.setItem(key, token);
  },
  leave() {
    sessionStorage.removeItem(key);
  },
  takeFromAddress() {
    const given = /^#token=([^&]+)$/.exec(location.hash)?.[1];
    if (given === undefined) return;
    history.replaceState(null, '', `${location.pathname}#/`);
    this.enter(decoded(given));
  },
};

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
