import { PermanentError } from '../domain/errors';
import { quote } from '../domain/quote';

const deepest = 16;
/** Strings whole, and what opens, closes and separates; what lies between them has been checked by JSON.parse. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * JSON as a signed order must be: of one meaning. JSON.parse lets the last of two equal keys win, and others the first.
 * @throws PermanentError BAD_REQUEST for what is no JSON or no UTF-8, for a key that is there twice, for `__proto__`
 */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new PermanentError('BAD_REQUEST', 'the body is not JSON in UTF-8');
  }
  checkKeys(text);
  return value;
}

function checkKeys(text: string): void {
  /** The keys seen of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') checkKey(JSON.parse(last) as string, open.at(-1));
    if (open.length > deepest) throw new PermanentError('BAD_REQUEST', `the body is nested deeper than ${deepest}`);
    last = token;
  }
}

function checkKey(key: string, seen: Set<string> | null | undefined): void {
  if (key === '__proto__') throw new PermanentError('BAD_REQUEST', 'the body has the field __proto__');
  if (seen?.has(key)) throw new PermanentError('BAD_REQUEST', `the body has the field ${quote(key)} twice`);
  seen?.add(key);
}
