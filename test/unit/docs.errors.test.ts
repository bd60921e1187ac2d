import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalog, type ErrorCode } from '../../src/domain/errorCodes';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'errors.md'), 'utf8');
const catalog = Object.entries(errorCatalog) as [ErrorCode, (typeof errorCatalog)[ErrorCode]][];

interface Row {
  readonly code: string;
  readonly httpStatus: string;
  readonly exitCode: string;
  readonly retry: string;
  readonly meaning: string;
  readonly nextStep: string;
}

/** Every row of every table whose first cell is code, whatever the code. */
function rowsOf(markdown: string): readonly Row[] {
  return [...markdown.matchAll(/^\| *`(\w+)` *\|(.*)\|$/gm)].map(([, code = '', rest = '']) => {
    const [httpStatus = '', exitCode = '', retry = '', meaning = '', nextStep = ''] = rest
      .split('|')
      .map((cell) => cell.trim());
    return { code, httpStatus, exitCode, retry, meaning, nextStep };
  });
}

/** What the page says that the catalog does not, and the other way round. */
function differences(markdown: string): readonly string[] {
  const rows = rowsOf(markdown);
  const known = new Map<string, (typeof errorCatalog)[ErrorCode]>(catalog);
  const wrong = rows.filter((row) => {
    const facts = known.get(row.code);
    if (!facts) return true;
    const { httpStatus, exitCode, retryable, nextStep } = facts;
    const wanted = [String(httpStatus), String(exitCode), retryable ? 'yes' : 'no', nextStep];
    return [row.httpStatus, row.exitCode, row.retry, row.nextStep].join('\n') !== wanted.join('\n');
  });
  const missing = catalog.filter(([code]) => rows.filter((row) => row.code === code).length !== 1);
  return [...wrong.map(({ code }) => code), ...missing.map(([code]) => `not once: ${code}`)];
}

describe('docs/errors.md', () => {
  it('has each code of the catalog once, with its status, exit, class and next step, and no other (npm run docs:errors)', () => {
    expect(differences(page)).toEqual([]);
  });

  it('says what each means', () => {
    expect(rowsOf(page).filter(({ meaning }) => meaning.length < 10)).toEqual([]);
  });

  it.each([
    ['another status', (text: string) => text.replace(/(`NOT_FOUND` *\| )404/, '$1500'), 'NOT_FOUND'],
    ['another exit', (text: string) => text.replace(/(`CHAIN_MISMATCH` *\| 500 *\| )78/, '$12'), 'CHAIN_MISMATCH'],
    ['another class', (text: string) => text.replace(/(`EXPIRED` *\| 422 *\| 3 *\| )no/, '$1yes'), 'EXPIRED'],
    ['another next step', (text: string) => text.replace('Name two different chains.', 'Name two.'), 'SAME_CHAIN'],
    ['no row', (text: string) => text.replace(/^\| `REVOKED`.*\n/m, ''), 'not once: REVOKED'],
    ['two rows', (text: string) => text.replace(/^\| `REVOKED`.*\n/m, '$&$&'), 'not once: REVOKED'],
    ['a code that is not', (text: string) => text.replace('`INTERNAL`', '`INSIDE`'), 'INSIDE'],
  ])('would be seen to have %s', (_, edit, seen) => {
    const edited = edit(page);
    expect(edited).not.toBe(page);
    expect(differences(edited)).toContain(seen);
  });
});
