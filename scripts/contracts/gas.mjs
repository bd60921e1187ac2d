// What a settlement costs: real transactions on two real anvil chains, gas as in the receipts (intrinsic and calldata included).
// Compiles the working tree's contracts, so that it measures what was just edited.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  getAbiItem,
  http,
  keccak256,
  maxUint128,
  parseEventLogs,
  size,
  toFunctionSelector,
  toHex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { compile } from './compile.mjs';
import { foundryBinary, freePort } from './tools.mjs';

export const kinds = ['Burn', 'Refund', 'Mint', 'CancelMint', 'ReverseMint'];

const orderTypes = {
  SettlementOrder: [
    { name: 'settlementId', type: 'string' },
    { name: 'holder', type: 'address' },
    { name: 'recipient', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'destinationToken', type: 'address' },
    { name: 'destinationGateway', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'sourceChainId', type: 'uint256' },
    { name: 'destinationChainId', type: 'uint256' },
    { name: 'validBefore', type: 'uint64' },
    { name: 'maxAttempts', type: 'uint8' },
  ],
};

// anvil's first well-known development key.
const deployer = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');

/** A batch of a hundred takes more than half of a block of anvil's default size. */
export const gasLimitFlags = ['--gas-limit', '60000000'];

async function startChain(chainId) {
  const port = await freePort();
  const flags = ['--port', String(port), '--chain-id', String(chainId), '--silent', ...gasLimitFlags];
  const child = spawn(foundryBinary('anvil'), flags, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const { reader, writer } = connectTo({ chainId, url });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await reader.getChainId();
      break;
    } catch (error) {
      if (attempt === 200 || child.exitCode !== null) {
        await stop();
        throw new Error(`anvil did not start on ${url}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return { chainId, reader, writer, stop };
}

function connectTo({ chainId, url }) {
  const chain = {
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  };
  const transport = http(url, { retryCount: 0 });
  const reader = createPublicClient({ chain, transport, pollingInterval: 20 });
  const writer = createWalletClient({ chain, transport, account: deployer });
  return { chainId, reader, writer };
}

async function mined(chain, hash) {
  const receipt = await chain.reader.waitForTransactionReceipt({ hash });
  if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted on chain ${chain.chainId}`);
  return receipt;
}

async function deploy(chain, contract, args) {
  const hash = await chain.writer.deployContract({
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    args,
  });
  return (await mined(chain, hash)).contractAddress;
}

async function send(chain, address, abi, functionName, args) {
  const hash = await chain.writer.writeContract({ address, abi, functionName, args });
  return mined(chain, hash);
}

/** The deployer is the manager's admin, and every function not given to another role is the admin's. */
async function deployEnd(chain, contracts) {
  const manager = await deploy(chain, contracts.manager, [deployer.address]);
  const gateway = await deploy(chain, contracts.gateway, [manager]);
  const token = await deploy(chain, contracts.token, ['Dollar', 'USD', 6, manager]);
  // One role for the gateway on the token, so that the deployer keeps its own.
  const bridgeRole = 1n;
  const functions = ['crosschainMint', 'crosschainBurn'].map((name) => getAbiItem({ abi: contracts.token.abi, name }));
  const selectors = functions.map((item) => toFunctionSelector(item));
  await send(chain, manager, contracts.manager.abi, 'setTargetFunctionRole', [token, selectors, bridgeRole]);
  await send(chain, manager, contracts.manager.abi, 'grantRole', [bridgeRole, gateway, 0]);
  return { ...chain, manager, gateway, token };
}

async function connect(end, remote, abi) {
  await send(end, end.gateway, abi, 'registerRoute', [
    end.token,
    BigInt(remote.chainId),
    remote.gateway,
    remote.token,
    6,
  ]);
  await send(end, end.gateway, abi, 'setLimits', [end.token, maxUint128, 1_000_000n, maxUint128, 1_000_000n]);
}

function runner(end, abi, fixed) {
  return async function run(kind, signedOrders) {
    const operations = signedOrders.map(({ order, signature }) => ({
      kind: kinds.indexOf(kind),
      attempt: 0,
      order,
      signature: kind === 'Burn' ? signature : '0x',
    }));
    const data = encodeFunctionData({ abi, functionName: 'execute', args: [operations] });
    // As a lane does it: fixed numbers and the calldata's gas, never an estimate.
    const calldataGas = gasOfCalldata(data);
    const gas = fixed.base + fixed.caps[kind] * BigInt(operations.length) + BigInt(calldataGas);
    const hash = await end.writer.sendTransaction({ to: end.gateway, data, gas });
    const receipt = await mined(end, hash);
    const applied = parseEventLogs({ abi, logs: receipt.logs, eventName: 'OperationApplied' });
    if (applied.length !== operations.length) {
      const refused = parseEventLogs({ abi, logs: receipt.logs, eventName: 'OperationRefused' });
      throw new Error(`${kind}: ${applied.length} of ${operations.length} applied; refused ${refused[0]?.args.reason}`);
    }
    const count = operations.length;
    return {
      kind,
      count,
      gasUsed: Number(receipt.gasUsed),
      gasPerOperation: Math.round(Number(receipt.gasUsed) / count),
      calldataGasPerOperation: Math.round(calldataGas / count),
      calldataBytesPerOperation: Math.round(size(data) / count),
      gasLimit: Number(gas),
    };
  };
}

function gasOfCalldata(data) {
  let gas = 0;
  for (let i = 2; i < data.length; i += 2) gas += data.slice(i, i + 2) === '00' ? 4 : 16;
  return gas;
}

/**
 * Runs batches of every kind and size and returns the rows of the gas table.
 *
 * @param {{ batchSizes?: number[], happyOnly?: boolean, endpoints?: { chainId: number, url: string }[], log?: (line: string) => void }} [options]
 *   happyOnly: burns and mints to recipients that hold the token, and nothing else; endpoints: the caller's own two new
 *   anvils, with `gasLimitFlags`, which it also stops
 * @example (await measureGas({ batchSizes: [1, 100] })).perSettlement[100]
 */
export async function measureGas({
  batchSizes = [1, 10, 100],
  happyOnly = false,
  endpoints = undefined,
  log = () => {},
} = {}) {
  const sources = {
    gateway: ['contracts/src/SettlementGateway.sol', 'SettlementGateway'],
    token: ['contracts/src/SettlementToken.sol', 'SettlementToken'],
    manager: ['@openzeppelin/contracts/access/manager/AccessManager.sol', 'AccessManager'],
  };
  const compiled = compile(Object.values(sources).map(([file]) => file));
  const contracts = Object.fromEntries(
    Object.entries(sources).map(([name, [file, contract]]) => [name, compiled[file][contract]]),
  );
  const abi = contracts.gateway.abi;
  const chains = [];
  try {
    if (!endpoints) for (const chainId of [31337, 31338]) chains.push(await startChain(chainId));
    const connected = endpoints?.map(connectTo) ?? chains;
    const [source, destination] = await Promise.all(connected.map((chain) => deployEnd(chain, contracts)));
    await Promise.all([connect(source, destination, abi), connect(destination, source, abi)]);

    const read = (functionName, args = []) =>
      source.reader.readContract({ address: source.gateway, abi, functionName, args });
    const caps = await Promise.all(kinds.map((_, kind) => read('gasCapOf', [kind])));
    const fixed = { base: await read('gasBase'), caps: Object.fromEntries(kinds.map((kind, i) => [kind, caps[i]])) };
    const onSource = runner(source, abi, fixed);
    const onDestination = runner(destination, abi, fixed);
    const validBefore = BigInt(Math.floor(Date.now() / 1000) + 86_400);

    let made = 0;
    /** An order of a new holder to a new recipient; the same ones in every run, with an id as long as a UUID. */
    async function makeOrder({ recipientHolds }) {
      const digest = (purpose) => keccak256(toHex(`${purpose} ${made}`));
      made += 1;
      const holder = privateKeyToAccount(digest('holder'));
      const recipient = privateKeyToAccount(digest('recipient')).address;
      const amount = 1_000_000n + BigInt(digest('amount').slice(0, 8));
      const order = {
        settlementId: digest('id').slice(2, 38),
        holder: holder.address,
        recipient,
        token: source.token,
        destinationToken: destination.token,
        destinationGateway: destination.gateway,
        amount,
        sourceChainId: BigInt(source.chainId),
        destinationChainId: BigInt(destination.chainId),
        validBefore,
        maxAttempts: 3,
      };
      const signature = await holder.signTypedData({
        domain: { name: 'SettlementGateway', version: '1', chainId: source.chainId, verifyingContract: source.gateway },
        types: orderTypes,
        primaryType: 'SettlementOrder',
        message: order,
      });
      // Twice the amount: the holder goes on holding, as most do.
      await send(source, source.token, contracts.token.abi, 'mint', [holder.address, amount * 2n]);
      if (recipientHolds) await send(destination, destination.token, contracts.token.abi, 'mint', [recipient, 1n]);
      return { order, signature };
    }

    async function makeOrders(count, options) {
      const orders = [];
      while (orders.length < count) orders.push(await makeOrder(options));
      return orders;
    }

    const rows = [];
    const perSettlement = {};
    const measure = async (run, kind, orders, note) => {
      const row = { ...(await run(kind, orders)), note };
      rows.push(row);
      return row;
    };
    for (const count of batchSizes) {
      log(`gas: batches of ${count}`);
      const orders = await makeOrders(count, { recipientHolds: true });
      const burned = await measure(onSource, 'Burn', orders, 'holder keeps a rest');
      const minted = await measure(onDestination, 'Mint', orders, 'recipient already holds the token');
      perSettlement[count] = { burnAndMint: burned.gasPerOperation + minted.gasPerOperation };
      if (happyOnly) continue;
      await measure(onSource, 'Refund', orders, '');
      await measure(onDestination, 'ReverseMint', orders, '');
      const fresh = await makeOrders(count, { recipientHolds: false });
      const mintedFresh = await measure(onDestination, 'Mint', fresh, 'recipient never held the token');
      const cancelled = await makeOrders(count, { recipientHolds: false });
      await measure(onDestination, 'CancelMint', cancelled, '');
      perSettlement[count].burnAndMintToNewRecipient = burned.gasPerOperation + mintedFresh.gasPerOperation;
    }
    return {
      rows,
      perSettlement,
      gasBase: Number(fixed.base),
      gasCaps: Object.fromEntries(kinds.map((kind, i) => [kind, Number(caps[i])])),
    };
  } finally {
    await Promise.all(chains.map((chain) => chain.stop()));
  }
}
