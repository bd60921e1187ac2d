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

/** Signs with a key of its own: the settler's nonces are the worker's, which does not expect company. */
export async function directSubject({ stack, config }, sign, completed) {
  const key = devAccounts().pauser;
  const ends = await Promise.all(stack.deployment.chains.map((chain) => openEnd(chain, key)));
  return {
    name: 'direct',
    prepare: (count) => sign(count, 'd'),
    async run({ order: json, signature }) {
      const order = parseOrder(json);
      const fingerprint = fingerprintOf(order, config.chains[0].gateway);
      const operation = (kind) => ({
        kind,
        attempt: 0,
        order,
        fingerprint,
        signature: kind === 'Burn' ? signature : '0x',
      });
      const [source, destination] = ends;
      await within(source(operation('Burn')), limitMs, `the burn of ${order.settlementId}`);
      await within(destination(operation('Mint')), limitMs, `the mint of ${order.settlementId}`);
      completed.push(order.settlementId);
    },
  };
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
  const gasOf = { Burn: gasBase + (await capOf('Burn')), Mint: gasBase + (await capOf('Mint')) };

  return async function send(operation) {
    const data = encodeExecute([operation]);
    const gas = gasOf[operation.kind] + BigInt(size(data)) * gasPerCalldataByte;
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
    if (applied.length !== 1) throw new Error(`${operation.kind} ${hash} was not applied (${refused?.args.reason})`);
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
