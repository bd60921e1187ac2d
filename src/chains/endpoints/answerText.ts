/** As much of a block as every client must tell alike: what its hash covers and this program uses. */
const blockFields = ['number', 'hash', 'parentHash', 'timestamp', 'gasLimit', 'baseFeePerGas'];
const logFields = ['address', 'topics', 'data', 'blockHash', 'transactionHash', 'logIndex'];
const receiptFields = ['transactionHash', 'blockHash', 'blockNumber', 'status', 'logs'];

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  eth_getBlockByHash: blockFields,
  eth_getBlockByNumber: blockFields,
  eth_getLogs: logFields,
  eth_getTransactionReceipt: receiptFields,
};

/**
 * An answer as a text by which two endpoints' answers are compared. Clients add fields of their own to blocks, logs and receipts:
 * only those that no honest client leaves out count. State is compared as it is, byte for byte.
 */
export function answerText(method: string, result: unknown): string {
  const fields = fieldsOf[method];
  return JSON.stringify(fields ? pick(result, fields) : result).toLowerCase();
}

function pick(value: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => pick(one, fields));
  if (typeof value !== 'object' || value === null) return value;
  const facts = value as Readonly<Record<string, unknown>>;
  return fields.map((field) => (field === 'logs' ? pick(facts[field], logFields) : (facts[field] ?? null)));
}
