// What a plain script does: burn, wait for the receipt, mint, wait for the receipt. No record of it survives the process.
import { Mutex } from 'async-mutex';
import { setTimeout as pause } from 'node:timers/promises';
import { createWalletClient, parseEventLogs, size, TransactionReceiptNotFoundError } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { chainReader } from './chainReader.mjs';
import {
  accessManagerAbi,
  createDeployer,
  devAccounts,
  encodeExecute,
  fingerprintOf,
  operationKinds,
  parseOrder,
  settlementGatewayAbi,
} from './project.mjs';
import { within } from './within.mjs';

const limitMs = 60_000;
const gasPerCalldataByte = 40n;
/** The role that may burn and mint, by its place in src/local/roleSetup.ts; a wrong one fails at the first burn. */
const settlerRole = 1n;

/** One transaction each. */
export async function directSubject(bench, sign, completed) {
  const run = await directBatchSubject(bench, completed);
  return { name: 'direct', prepare: (count) => sign(count, 'd'), run: (signed) => run([signed]) };
}

/**
 * Many operations in each transaction: an item is as many signed orders. Signs with a key of its own: the settler's nonces are the
 * worker's, which does not expect company.
 */
export async function directBatchSubject({ stack, config }, completed) {
  const ends = await Promise.all(stack.deployment.chains.map((chain) => openEnd(chain, devAccounts().pauser)));
  return async function run(group) {
    const operations = (kind) => group.map((signed) => operationOf(kind, signed, config));
    const [source, destination] = ends;
    const first = group[0].order.settlementId;
    await within(source(...operations('Burn')), limitMs, `the burn of ${first}`);
    await within(destination(...operations('Mint')), limitMs, `the mint of ${first}`);
    completed.push(...group.map(({ order }) => order.settlementId));
  };
}

function operationOf(kind, { order: json, signature }, config) {
  const order = parseOrder(json);
  const fingerprint = fingerprintOf(order, config.chains[0].gateway);
  return { kind, attempt: 0, order, fingerprint, signature: kind === 'Burn' ? signature : '0x' };
}

async function openEnd(deployed, { address, privateKey }) {
  const deployer = await createDeployer(deployed, devAccounts().deployer);
  await deployer.write({
    address: deployed.accessManager,
    abi: accessManagerAbi,
    functionName: 'grantRole',
    args: [settlerRole, address, 0],
  });
  const { chain, transport, reader } = chainReader(deployed);
  const wallet = createWalletClient({ account: privateKeyToAccount(privateKey), chain, transport });
  const oneAtATime = new Mutex();
  let nonce = await reader.getTransactionCount({ address });
  // A real chain's fees move slowly and a script would ask once; asked for each send, the node's answer would be the measure.
  const { maxFeePerGas, maxPriorityFeePerGas } = await reader.estimateFeesPerGas();
  const gateway = { address: deployed.gateway, abi: settlementGatewayAbi };
  const gasBase = await reader.readContract({ ...gateway, functionName: 'gasBase' });
  const capOf = (kind) =>
    reader.readContract({ ...gateway, functionName: 'gasCapOf', args: [operationKinds.indexOf(kind)] });
  const gasOf = { Burn: await capOf('Burn'), Mint: await capOf('Mint') };

  return async function send(...operations) {
    const data = encodeExecute(operations);
    const caps = operations.reduce((sum, { kind }) => sum + gasOf[kind], gasBase);
    const gas = caps + BigInt(size(data)) * gasPerCalldataByte;
    // In the order of their nonces: a node may park for good what comes early.
    const hash = await oneAtATime.runExclusive(() =>
      wallet.sendTransaction({
        to: deployed.gateway,
        data,
        gas,
        nonce: nonce++,
        maxFeePerGas: maxFeePerGas * 4n,
        maxPriorityFeePerGas,
      }),
    );
    const { logs } = await receiptOf(reader, hash);
    const [refused] = parseEventLogs({ abi: settlementGatewayAbi, logs, eventName: 'OperationRefused' });
    const applied = parseEventLogs({ abi: settlementGatewayAbi, logs, eventName: 'OperationApplied' });
    if (applied.length === operations.length) return;
    const { kind } = operations[0];
    throw new Error(`${kind} ${hash}: ${applied.length} of ${operations.length} applied (${refused?.args.reason})`);
  };
}

/**
 * Not viem's waitForTransactionReceipt: that looks once a block, and here a block comes with a transaction only. A look that
 * came a moment too early would wait for the next one for ever.
 */
async function receiptOf(reader, hash) {
  for (;;) {
    try {
      return await reader.getTransactionReceipt({ hash });
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      await pause(2);
    }
  }
}
