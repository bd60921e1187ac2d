// What a plain script does: burn, wait for the receipt, mint, wait for the receipt. No record of it survives the process.
import { Mutex } from 'async-mutex';
import { createPublicClient, createWalletClient, defineChain, http, parseEventLogs, size } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import {
  accessManagerAbi,
  createChain,
  createDeployer,
  devAccounts,
  encodeExecute,
  fingerprintOf,
  parseOrder,
  readGasOf,
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
  const ends = await Promise.all(
    stack.deployment.chains.map((chain, index) => openEnd(chain, config.chains[index], key)),
  );
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

async function openEnd(deployed, chainConfig, { address, privateKey }) {
  const deployer = await createDeployer(deployed, devAccounts().deployer);
  await deployer.write({
    address: deployed.accessManager,
    abi: accessManagerAbi,
    functionName: 'grantRole',
    args: [settlerRole, address, 0],
  });
  const chain = defineChain({
    id: deployed.chainId,
    name: deployed.name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [deployed.rpcUrl] } },
  });
  const transport = http(deployed.rpcUrl, { retryCount: 0 });
  const wallet = createWalletClient({ account: privateKeyToAccount(privateKey), chain, transport });
  const reader = createPublicClient({ chain, transport, pollingInterval: 5, cacheTime: 0 });
  const oneAtATime = new Mutex();
  let nonce = await reader.getTransactionCount({ address });
  // A real chain's fees move slowly and a script would ask once; asked for each send, the node's answer would be the measure.
  const { maxFeePerGas, maxPriorityFeePerGas } = await reader.estimateFeesPerGas();
  const gasOf = {
    Burn: await readGasOf(createChain(chainConfig), ['Burn']),
    Mint: await readGasOf(createChain(chainConfig), ['Mint']),
  };

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
    const { logs } = await reader.waitForTransactionReceipt({ hash });
    const [refused] = parseEventLogs({ abi: settlementGatewayAbi, logs, eventName: 'OperationRefused' });
    const applied = parseEventLogs({ abi: settlementGatewayAbi, logs, eventName: 'OperationApplied' });
    if (applied.length !== 1) throw new Error(`${operation.kind} ${hash} was not applied (${refused?.args.reason})`);
  };
}
