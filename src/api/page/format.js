/**
 * Base units as whole tokens, exactly: '12500000' with 6 decimals is '12.5'.
 * @param {string | bigint} baseUnits
 * @param {number} decimals
 */
export function formatAmount(baseUnits, decimals) {
  const units = BigInt(baseUnits);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${units < 0n ? '\u2212' : ''}${whole}${fraction && `.${fraction}`}`;
}

/** @param {string} text a hash or an address */
export function shorten(text) {
  return text.length > 16 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}

/** @param {number} ms */
export function formatElapsed(ms) {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** In the reader's own time zone; the day only where it is not today. @param {string} instant ISO 8601 */
export function formatTime(instant) {
  const at = new Date(instant);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : calendar.format(at);
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
