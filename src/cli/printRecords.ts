import Table from 'cli-table3';
import type { Config } from '../config';
import type { SettlementRecord } from '../domain/record';
import { amountText } from './amountText';
import type { Output } from './session';

/** One record in full: JSON is the record itself, text leaves out what is not known yet. */
export function printRecord(config: Config, record: SettlementRecord, output: Output): void {
  if (output !== 'text') {
    print(JSON.stringify(record, null, output === 'json' ? 2 : 0));
    return;
  }
  const shown = { ...record, amount: amountText(config, record) };
  const width = Math.max(...Object.keys(shown).map((key) => key.length));
  for (const [key, value] of Object.entries(shown)) {
    if (value !== null) print(`${key.padEnd(width)}  ${String(value)}`);
  }
}

/** Many records: a table, a JSON array, or a line each. */
export async function printRecords(
  config: Config,
  records: AsyncIterable<SettlementRecord>,
  output: Output,
): Promise<void> {
  if (output === 'jsonl') {
    for await (const record of records) print(JSON.stringify(record));
    return;
  }
  const all: SettlementRecord[] = [];
  try {
    for await (const record of records) all.push(record);
  } finally {
    // Also what came before an error: it is no reason to hide the others.
    if (all.length > 0) printAll(config, all, output);
  }
  if (all.length === 0) print(output === 'json' ? '[]' : 'no settlements yet');
}

function printAll(config: Config, all: readonly SettlementRecord[], output: Output): void {
  if (output === 'json') {
    print(JSON.stringify(all, null, 2));
    return;
  }
  const table = new Table({
    head: ['id', 'status', 'amount', 'route', 'error', 'updated'],
    style: { head: [], border: [] },
  });
  for (const record of all) {
    const status = record.needsOperator ? `${record.status} (operator)` : record.status;
    const route = `${record.sourceChain} -> ${record.destinationChain}`;
    table.push([
      record.settlementId,
      status,
      amountText(config, record),
      route,
      record.errorCode ?? '',
      record.updatedAt,
    ]);
  }
  print(table.toString());
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
