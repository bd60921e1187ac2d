import {
  decodeEventLog,
  decodeFunctionData,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  recoverAddress,
  toFunctionSelector,
  toHex,
  type Address,
  type Hex,
} from 'viem';
import { groupBy } from './checker';
import { gatewayAbi, refusalName, tokenAbi } from './gatewayAbi';
import { rpc, rpcBatch } from './rpcBatch';
import {
  kinds,
  slotStates,
  type Applied,
  type CalldataOperation,
  type ChainFacts,
  type ChainTransaction,
} from './world';
import type { CheckedChain, Slot, Transfer } from './world';

interface RawLog {
  readonly address: Address;
  readonly topics: [Hex, ...Hex[]];
  readonly data: Hex;
  readonly transactionHash: Hex;
  readonly blockNumber: Hex;
  readonly logIndex: Hex;
}

interface RawBlock {
  readonly number: Hex;
  readonly timestamp: Hex;
  readonly transactions: readonly { hash: Hex; from: Address; to: Address | null; nonce: Hex; input: Hex }[];
}

/** What was applied, and not yet asked who signed it. */
type Unasked = Omit<Applied, 'isSigned'> & { readonly signature: Hex | null };

type GatewayLog = { readonly log: RawLog } & ReturnType<typeof decodeGatewayLog>;

const executeSelector = toFunctionSelector(
  gatewayAbi.find((item) => item.type === 'function' && item.name === 'execute') as (typeof gatewayAbi)[0],
);

/** Everything a chain knows, up to one block, by raw RPC calls: blocks, calldata, logs, slots, supply. */
export async function readChain(chain: CheckedChain): Promise<ChainFacts> {
  const head = Number(await rpc<Hex>(chain.rpcUrl, 'eth_blockNumber', []));
  const range = { fromBlock: '0x0', toBlock: toHex(head) };
  const readLogs = (address: Address) => rpc<RawLog[]>(chain.rpcUrl, 'eth_getLogs', [{ address, ...range }]);
  const gatewayLogs = (await readLogs(chain.gateway)).map((log) => ({ log, ...decodeGatewayLog(log) }));
  const transfers = (await readLogs(chain.token)).flatMap(decodeTransfer);
  // First what is state: a chain keeps only so many past states.
  const applyingLogs = gatewayLogs.filter(({ eventName }) => eventName === 'OperationApplied');
  const keys = [...new Set(applyingLogs.map(({ log }) => log.topics[1] as Hex))];
  const slots = await readSlots(chain, keys, head);
  const totalSupply = await readSupply(chain, head);
  const asked = await rpcBatch<RawBlock | null>(
    chain.rpcUrl,
    Array.from({ length: head + 1 }, (_, at) => ({ method: 'eth_getBlockByNumber', params: [toHex(at), true] })),
  );
  const rawBlocks = asked.map((block, at) => {
    if (block === null) throw new Error(`${chain.name} has no block ${at}, and its head is ${head}`);
    return block;
  });
  const blocks = rawBlocks.map(({ number, timestamp }) => ({
    number: Number(number),
    timestampSeconds: Number(timestamp),
  }));
  const transactions = rawBlocks.flatMap((block) => transactionsOf(chain, block));
  return {
    chain,
    blocks,
    transactions,
    applied: await withSigners(chain, appliedOf(chain, gatewayLogs, transactions)),
    refusals: refusalsOf(gatewayLogs),
    transfers,
    slots,
    totalSupply,
  };
}

function decodeGatewayLog({ topics, data }: RawLog) {
  try {
    return decodeEventLog({ abi: gatewayAbi, topics, data });
  } catch {
    return { eventName: undefined, args: undefined }; // a route, a limit, a pause: not an operation's outcome
  }
}

function decodeTransfer({ topics, data, transactionHash }: RawLog): Transfer[] {
  try {
    return [{ ...decodeEventLog({ abi: tokenAbi, topics, data }).args, transactionHash }];
  } catch {
    return [];
  }
}

function transactionsOf(chain: CheckedChain, block: RawBlock): ChainTransaction[] {
  return block.transactions.map(({ hash, from, to, nonce, input }) => ({
    hash,
    from: getAddress(from),
    nonce: Number(nonce),
    blockNumber: Number(block.number),
    timestampSeconds: Number(block.timestamp),
    operations: to !== null && getAddress(to) === getAddress(chain.gateway) ? decodeOperations(input) : [],
  }));
}

function decodeOperations(input: Hex): readonly CalldataOperation[] {
  if (!input.startsWith(executeSelector)) return [];
  const call = decodeFunctionData({ abi: gatewayAbi, data: input });
  return call.functionName === 'execute' ? call.args[0] : [];
}

/** The n-th outcome that the gateway logs in a transaction belongs to the n-th operation of its calldata. */
function appliedOf(
  chain: CheckedChain,
  logs: readonly GatewayLog[],
  transactions: readonly ChainTransaction[],
): Unasked[] {
  const byHash = new Map(transactions.map((transaction) => [transaction.hash, transaction]));
  const outcomes = groupBy(
    logs.filter(({ eventName }) => eventName !== undefined),
    ({ log }) => log.transactionHash,
  );
  return [...outcomes].flatMap(([transactionHash, answers]) => {
    const transaction = byHash.get(transactionHash);
    return answers.flatMap((answer, at): Unasked[] => {
      if (answer.eventName !== 'OperationApplied') return [];
      return [
        {
          chainId: chain.chainId,
          transactionHash,
          blockNumber: Number(answer.log.blockNumber),
          timestampSeconds: transaction?.timestampSeconds ?? 0,
          position: Number(answer.log.blockNumber) * 1_000_000 + Number(answer.log.logIndex),
          order: transaction?.operations[at]?.order ?? null,
          signature: transaction?.operations[at]?.signature ?? null,
          ...answer.args,
        },
      ];
    });
  });
}

/** Only a burn needs the holder's word; a contract's own word for it is not asked a second time. */
async function withSigners(chain: CheckedChain, all: readonly Unasked[]): Promise<Applied[]> {
  const burns = all.filter(({ kind }) => kinds[kind] === 'Burn');
  const accounts = [...new Set(burns.map(({ account }) => account))];
  const codes = await rpcBatch<Hex>(
    chain.rpcUrl,
    accounts.map((account) => ({ method: 'eth_getCode', params: [account, 'latest'] })),
  );
  const isKey = new Map(accounts.map((account, at) => [account, codes[at] === '0x']));
  return Promise.all(
    all.map(async ({ signature, ...one }) => {
      const isAsked = kinds[one.kind] === 'Burn' && isKey.get(one.account) === true;
      return { ...one, isSigned: isAsked ? (await signerOf(one.fingerprint, signature)) === one.account : null };
    }),
  );
}

async function signerOf(hash: Hex, signature: Hex | null): Promise<Address | null> {
  try {
    return signature === null ? null : await recoverAddress({ hash, signature });
  } catch {
    return null;
  }
}

function refusalsOf(logs: readonly GatewayLog[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of logs) {
    const name =
      answer.eventName === 'OperationRefused'
        ? refusalName(answer.args.reason)
        : answer.eventName === 'OperationAlreadyApplied'
          ? 'AlreadyApplied'
          : undefined;
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function readSlots(chain: CheckedChain, keys: readonly Hex[], head: number): Promise<Map<Hex, Slot>> {
  const answers = await rpcBatch<Hex>(
    chain.rpcUrl,
    keys.map((key) => ({
      method: 'eth_call',
      params: [
        { to: chain.gateway, data: encodeFunctionData({ abi: gatewayAbi, functionName: 'slotOf', args: [key] }) },
        toHex(head),
      ],
    })),
  );
  return new Map(answers.map((data, at) => [keys[at] as Hex, decodeSlot(data)]));
}

function decodeSlot(data: Hex): Slot {
  const [state, attempt, orderHash] = decodeFunctionResult({ abi: gatewayAbi, functionName: 'slotOf', data });
  const name = slotStates[state];
  if (name === undefined) throw new Error(`there is no slot state ${state}`);
  return { state: name, attempt, orderHash: toHex(orderHash, { size: 30 }) };
}

async function readSupply(chain: CheckedChain, head: number): Promise<bigint> {
  const call = { to: chain.token, data: encodeFunctionData({ abi: tokenAbi, functionName: 'totalSupply' }) };
  const data = await rpc<Hex>(chain.rpcUrl, 'eth_call', [call, toHex(head)]);
  return decodeFunctionResult({ abi: tokenAbi, functionName: 'totalSupply', data });
}
