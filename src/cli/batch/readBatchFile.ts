import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { PermanentError } from '../../domain/errors';
import { orderToJson, type OrderJson, type SignedOrder } from '../../domain/order';
import type { Config } from '../../config';
import { draftOrder, type OrderWords } from '../draftOrder';
import type { NamedAccount } from '../readAccounts';

/** What a CSV file may say of each settlement; what it leaves out is said once, by the options of the same names. */
const columns = ['id', 'from', 'to', 'amount', 'holder', 'recipient', 'token', 'validBefore'] as const;

export interface BatchFile {
  /** Orders that are still to be signed, from a CSV file. */
  readonly drafts: readonly OrderJson[];
  /** Signed orders, from a JSON lines file. */
  readonly signed: readonly SignedOrder[];
}

/**
 * Reads a batch: `.csv` with a line of column names, or one signed order as JSON in each line.
 * @throws PermanentError BAD_REQUEST, or an order's own error, which say the line
 */
export function readBatchFile(
  file: string,
  config: Config,
  accounts: readonly NamedAccount[],
  words: OrderWords,
): BatchFile {
  const text = readText(file);
  if (!file.toLowerCase().endsWith('.csv')) return { drafts: [], signed: readLines(text) };
  const rows = readCsv(text);
  return {
    signed: [],
    drafts: rows.map((row, index) =>
      // The first line holds the names.
      atLine(index + 2, () => orderToJson(draftOrder(config, accounts, { ...words, ...row }).order)),
    ),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new PermanentError('BAD_REQUEST', `${file} cannot be read`);
  }
}

function readLines(text: string): readonly SignedOrder[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [atLine(index + 1, () => asSigned(line))];
  });
}

/** What is in it is checked field by field when it is submitted. */
function asSigned(line: string): SignedOrder {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new PermanentError('BAD_REQUEST', 'not JSON');
  }
  if (typeof json === 'object' && json !== null && 'order' in json && 'signature' in json) return json as SignedOrder;
  throw new PermanentError('BAD_REQUEST', 'not { "order": ..., "signature": ... }');
}

function readCsv(text: string): readonly Partial<Record<(typeof columns)[number], string>>[] {
  try {
    const rows: Record<string, string>[] = parse(text, {
      columns: true,
      trim: true,
      skip_empty_lines: true,
      bom: true,
    });
    const unknown = Object.keys(rows[0] ?? {}).find((name) => !columns.some((known) => known === name));
    if (unknown !== undefined) {
      throw new PermanentError('BAD_REQUEST', `line 1: no column ${unknown}; there are ${columns.join(', ')}`);
    }
    // An empty field is one that was left out.
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')));
  } catch (error) {
    if (error instanceof CsvError) throw new PermanentError('BAD_REQUEST', error.message, { cause: error });
    throw error;
  }
}

function atLine<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new PermanentError(error.code, `line ${line}: ${error.message}`, { cause: error });
  }
}
