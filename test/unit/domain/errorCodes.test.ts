import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { errorCatalog, isErrorCode, type ErrorCode } from '../../../src/domain/errorCodes';

const codes = Object.keys(errorCatalog) as ErrorCode[];

/** The bad-input table and the exits of the fault model: what the outside was promised. */
const promised: readonly [ErrorCode, httpStatus: number, exitCode: number][] = [
  ['AMOUNT_INVALID', 422, 2],
  ['AMOUNT_PRECISION', 422, 2],
  ['AMOUNT_OVERFLOW', 422, 2],
  ['AMOUNT_LIMIT', 422, 2],
  ['INSUFFICIENT_FUNDS', 422, 3],
  ['SAME_CHAIN', 422, 2],
  ['UNKNOWN_CHAIN', 422, 2],
  ['UNKNOWN_TOKEN', 422, 2],
  ['ADDRESS_INVALID', 422, 2],
  ['ADDRESS_CHECKSUM', 422, 2],
  ['ADDRESS_ZERO', 422, 2],
  ['ADDRESS_FORBIDDEN', 422, 2],
  ['ID_INVALID', 422, 2],
  ['SIGNATURE_INVALID', 422, 2],
  ['DEADLINE_INVALID', 422, 2],
  ['IDEMPOTENCY_CONFLICT', 409, 2],
  ['NOT_RETRYABLE', 409, 2],
  ['BAD_REQUEST', 400, 2],
  ['NOT_FOUND', 404, 2],
  ['BODY_TOO_LARGE', 413, 2],
  ['MEDIA_TYPE_UNSUPPORTED', 415, 2],
  ['RATE_LIMITED', 429, 75],
  ['UNAUTHENTICATED', 401, 2],
  ['FORBIDDEN', 403, 2],
  ['TEMPORAL_UNAVAILABLE', 503, 75],
];

describe('the catalog of error codes', () => {
  it.each(codes)('%s is written like a code and says in one sentence what to do next', (code) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(errorCatalog[code].nextStep).toMatch(/^[A-Z].{10,}\.$/);
  });

  it.each(codes)(
    '%s is retryable if and only if it exits with 75 and answers 503, or 429 to who asks too often',
    (code) => {
      const { retryable, exitCode, httpStatus } = errorCatalog[code];
      expect(exitCode === 75).toBe(retryable);
      expect(httpStatus === 503 || httpStatus === 429).toBe(retryable);
    },
  );

  it.each(codes)('%s exits and answers with a number that was promised', (code) => {
    const { exitCode, httpStatus } = errorCatalog[code];
    expect([1, 2, 3, 4, 75, 78]).toContain(exitCode);
    expect([400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503]).toContain(httpStatus);
    // What exits as the caller's fault is answered as the caller's fault; so is asking too often, which waiting mends.
    expect(httpStatus >= 500).toBe(exitCode !== 2 && exitCode !== 3 && httpStatus !== 429);
  });

  it.each(promised)('%s answers %i and exits %i', (code, httpStatus, exitCode) => {
    expect(errorCatalog[code]).toMatchObject({ httpStatus, exitCode });
  });

  it.each(['CONFIG_INVALID', 'CHAIN_MISMATCH'] as const)('%s exits 78', (code) => {
    expect(errorCatalog[code].exitCode).toBe(78);
  });
});

describe('isErrorCode', () => {
  it('knows every code', () => {
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(30);
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf', '', 'internal', 'INTERNAL ', 'Error'])(
    'does not take %j for one',
    (text) => expect(isErrorCode(text)).toBe(false),
  );

  it.each([undefined, null, 1, [], ['INTERNAL'], {}, new String('INTERNAL')])('takes no other type (%#)', (value) => {
    expect(isErrorCode(value)).toBe(false);
  });
});

/** Every `new PermanentError('CODE', ...)` in the sources, with each code that is written in its first argument. */
function usesIn(folder: string): { Kind: string; code: string; at: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    const uses: { Kind: string; code: string; at: string }[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.arguments?.[0]) {
        const Kind = node.expression.getText();
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        if (/^(Permanent|Transient|Config)Error$/.test(Kind)) {
          for (const code of literalsIn(node.arguments[0])) uses.push({ Kind, code, at: `${file}:${line + 1}` });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return uses;
  });
}

/** The values an expression can have as far as they are written in it; a condition's own texts are none. */
function literalsIn(node: ts.Expression): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...literalsIn(node.left), ...literalsIn(node.right)];
  return [];
}

describe('the code of every error that the sources throw', () => {
  const uses = usesIn(join(__dirname, '../../../src'));

  it('was found where it stands', () => {
    expect(uses.length).toBeGreaterThan(60);
    expect(uses.map(({ Kind }) => Kind)).toEqual(
      expect.arrayContaining(['PermanentError', 'TransientError', 'ConfigError']),
    );
  });

  it('is in the catalog and as retryable as the class it is thrown with', () => {
    const wrong = uses.filter(
      ({ Kind, code }) => !isErrorCode(code) || errorCatalog[code].retryable !== (Kind === 'TransientError'),
    );
    expect(wrong).toEqual([]);
  });

  it('exits 78 when the configuration is at fault', () => {
    const wrong = uses.filter(
      ({ Kind, code }) => Kind === 'ConfigError' && (!isErrorCode(code) || errorCatalog[code].exitCode !== 78),
    );
    expect(wrong).toEqual([]);
  });
});
