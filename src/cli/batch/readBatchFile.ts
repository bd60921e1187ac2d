import { CsvError, parse } from 'csv-parse/sync';
import { PermanentError } from '../../domain/errors';
import { orderToJson, type OrderJson, type SignedOrder } from '../../domain/order';
import type { Config } from '../../config';
import { draftOrder, type OrderWords } from '../draftOrder';
import { inPlace } from '../inPlace';
import { parseSigned } from '../parseSigned';
import type { NamedAccount } from '../readAccounts';
import { readText } from '../readText';

/** What a CSV file may say of each settlement; what it leaves out is said once, by the options of the same names. */
const columns = ['id', 'from', 'to', 'amount', 'holder', 'recipient', 'token', 'validBefore'] as const;
/** What each settlement has for itself. */
const needed = ['id', 'amount', 'recipient'] as const;

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
  return {
    signed: [],
    drafts: readCsv(text).map(({ line, row }) =>
      inPlace(`line ${line}`, () => orderToJson(draftOrder(config, accounts, { ...words, ...row }).order)),
    ),
  };
}

function readLines(text: string): readonly SignedOrder[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [inPlace(`line ${index + 1}`, () => parseSigned(line))];
  });
}

interface CsvRow {
  /** Where it ends: lines are counted from 1, blank ones too. */
  readonly line: number;
  readonly row: Partial<Record<(typeof columns)[number], string>>;
}

function readCsv(text: string): readonly CsvRow[] {
  try {
    const found: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      ...{ columns: true, trim: true, skip_empty_lines: true, bom: true, info: true },
    });
    const rows = found.map(({ record, info }) => ({ line: info.lines, row: record }));
    if (rows[0]) checkNames(Object.keys(rows[0].row));
    for (const { line, row } of rows) {
      const missing = needed.find((name) => !row[name]);
      if (missing) throw new PermanentError('BAD_REQUEST', `line ${line}: it has no ${missing}`);
    }
    // An empty field is one that was left out.
    return rows.map(({ line, row }) => ({
      line,
      row: Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')),
    }));
  } catch (error) {
    if (error instanceof CsvError) throw new PermanentError('BAD_REQUEST', error.message, { cause: error });
    throw error;
  }
}

function checkNames(names: readonly string[]): void {
  const unknown = names.find((name) => !columns.some((known) => known === name));
  if (unknown !== undefined) {
    throw new PermanentError('BAD_REQUEST', `line 1: no column ${unknown}; there are ${columns.join(', ')}`);
  }
  const missing = needed.find((name) => !names.includes(name));
  if (missing) throw new PermanentError('BAD_REQUEST', `line 1: it needs a column ${missing}`);
}
