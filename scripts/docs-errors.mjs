// `npm run docs:errors`: writes what the catalog (src/domain/errorCodes.ts) says of each code into docs/errors.md. What a code means
// is written there by hand and kept; a code that is new gets a row without it, and a test stays red until somebody writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { requireTypeScript } from './typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs', 'errors.md');
const { errorCatalog } = requireTypeScript(join(root, 'src', 'domain', 'errorCodes'));

const rowPattern = /^\| *`([A-Z_]+)` *\|[^|]*\|[^|]*\|[^|]*\|([^|]*)\|[^|]*\|$/gm;
const written = new Set();

/** @param {string} code @param {string} meaning */
function row(code, meaning) {
  const { httpStatus, exitCode, retryable, nextStep } = errorCatalog[code];
  return `| \`${code}\` | ${httpStatus} | ${exitCode} | ${retryable ? 'yes' : 'no'} | ${meaning.trim()} | ${nextStep} |`;
}

const current = readFileSync(page, 'utf8');
const updated = current.replace(rowPattern, (_, code, meaning) => {
  if (!Object.hasOwn(errorCatalog, code)) return '';
  written.add(code);
  return row(code, meaning);
});
const missing = Object.keys(errorCatalog).filter((code) => !written.has(code));
const added =
  missing.length === 0
    ? ''
    : `\n## New, to be sorted in\n\n${head()}\n${missing.map((code) => row(code, '')).join('\n')}\n`;

function head() {
  return '| code | HTTP | exit | retry | what it means | what to do |\n| --- | --- | --- | --- | --- | --- |';
}

writeFileSync(page, await format(updated + added, { ...(await resolveConfig(page)), filepath: page }));
console.log(missing.length === 0 ? `${written.size} codes` : `without a meaning yet: ${missing.join(', ')}`);
process.exitCode = missing.length === 0 ? 0 : 1;
