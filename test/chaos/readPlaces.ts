import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertReceiver } from '../support/createAlertReceiver';
import { textOfHistory, type RunHistory } from './checkers/readHistories';
import type { SecretFacts } from './checkers/world';
import { withDatabase } from './readRows';

export interface Readable {
  /** The logs lie there. */
  readonly folder: string;
  readonly databaseUrl: string | null;
  readonly alerts: Pick<AlertReceiver, 'events'> | null;
  /** What clients were told. */
  readonly answers: readonly unknown[];
}

/** Everything that people read who must not know a secret. */
export async function readPlaces(
  { folder, databaseUrl, alerts, answers }: Readable,
  histories: readonly RunHistory[],
): Promise<SecretFacts['places']> {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  // The routing key goes to the receiver, in the field that is made for it, and nowhere else.
  const bodies = (alerts?.events ?? []).map((body) => JSON.stringify({ ...body, routing_key: '' }));
  return [
    ...logs.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
    ...histories.map(({ workflowId, runId, history }) => ({
      name: `the history of ${workflowId} (run ${runId})`,
      text: textOfHistory(history),
    })),
    ...(databaseUrl === null ? [] : await readTables(databaseUrl)),
    { name: 'an alert', text: bodies.join('\n') },
    { name: "a client's answer", text: answers.map((answer) => JSON.stringify(answer)).join('\n') },
  ];
}

/** Every row of every table, as Postgres writes it. */
async function readTables(databaseUrl: string): Promise<SecretFacts['places']> {
  return withDatabase(databaseUrl, async (client) => {
    const sql = "select tablename as name from pg_tables where schemaname = 'ledger'";
    const tables = (await client.query<{ name: string }>(sql)).rows;
    const places = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ledger.${name} t`);
      places.push({ name: `the table ${name}`, text: rows.map(({ text }) => text).join('\n') });
    }
    return places;
  });
}
