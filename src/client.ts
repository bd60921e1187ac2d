import { readFileSync } from 'node:fs';
import { createSettlementClient } from './client/createSettlementClient';
import { loadConfig, readEnvironment } from './config';
import { SettlementError } from './domain/errors';
import { errorCatalog } from './domain/errorCodes';
import type { SignedOrder } from './domain/order';

export { createSettlementClient, type SettlementClient } from './client/createSettlementClient';
export { signOrder } from './client/signOrder';
export { loadConfig, type Config } from './config';
export { orderTypedData } from './domain/fingerprint';
export type { SettlementOrder, SignedOrder } from './domain/order';
export type { SettlementRecord } from './domain/record';
export type { Started } from './client/openRun';

/** `node dist/client.js FILE`: submits the signed order in FILE ({ order, signature }), waits, prints the record. */
async function main(file: string | undefined): Promise<void> {
  if (file === undefined)
    throw new Error('usage: node dist/client.js FILE (JSON: { "order": {...}, "signature": "0x..." })');
  const signed = JSON.parse(readFileSync(file, 'utf8')) as SignedOrder;
  const client = await createSettlementClient(loadConfig(readEnvironment().configPath));
  try {
    await client.start(signed);
    const record = await client.result(signed.order.settlementId);
    console.log(JSON.stringify(record, null, 2));
    if (record.status !== 'COMPLETED') process.exitCode = 3;
  } finally {
    await client.close();
  }
}

if (require.main === module) {
  main(process.argv[2]).catch((error: unknown) => {
    if (error instanceof SettlementError) process.exitCode = errorCatalog[error.code].exitCode;
    else process.exitCode = 1;
    console.error(error instanceof SettlementError ? `${error.code}: ${error.message}\n${error.nextStep}` : error);
  });
}
