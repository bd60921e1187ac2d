import {
  createPublicClient,
  createWalletClient,
  defineChain,
  getAddress,
  http,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type Hex,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { DevAccount } from './devAccounts';

export interface Endpoint {
  readonly name: string;
  readonly chainId: number;
  readonly rpcUrl: string;
}

type Writable = 'nonpayable' | 'payable';

export interface Deployer {
  readonly endpoint: Endpoint;
  readonly address: Address;
  deploy(contract: {
    readonly abi: Abi;
    readonly bytecode: Hex;
    readonly args: readonly unknown[];
  }): Promise<{ address: Address; blockNumber: bigint }>;
  write<const abi extends Abi, name extends ContractFunctionName<abi, Writable>>(call: {
    readonly address: Address;
    readonly abi: abi;
    readonly functionName: name;
    readonly args: ContractFunctionArgs<abi, Writable, name>;
  }): Promise<TransactionReceipt>;
  bumpNonce(): Promise<void>;
}

/** One key on one chain that sends a transaction, waits for it and insists that it succeeded. */
export async function createDeployer(endpoint: Endpoint, { privateKey }: DevAccount): Promise<Deployer> {
  const chain = defineChain({
    id: endpoint.chainId,
    name: endpoint.name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [endpoint.rpcUrl] } },
  });
  const account = privateKeyToAccount(privateKey);
  const transport = http(endpoint.rpcUrl);
  const wallet = createWalletClient({ account, chain, transport });
  const client = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 });
  let nonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' });

  async function receiptOf(hash: Hex, what: string): Promise<TransactionReceipt> {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`${what} on ${endpoint.name} failed in ${hash}`);
    return receipt;
  }

  return {
    endpoint,
    address: account.address,
    async deploy({ abi, bytecode, args }) {
      const hash = await wallet.deployContract({ abi, bytecode, args, nonce: nonce++ });
      const { contractAddress, blockNumber } = await receiptOf(hash, 'a deployment');
      if (!contractAddress) throw new Error(`no contract came of ${hash}`);
      return { address: getAddress(contractAddress), blockNumber };
    },
    async write(call) {
      // viem's overloads cannot be followed through a generic; the call was checked at our own signature.
      const data = call as unknown as { address: Address; abi: Abi; functionName: string; args: readonly unknown[] };
      const hash = await wallet.writeContract({ ...data, nonce: nonce++ });
      return receiptOf(hash, call.functionName);
    },
    async bumpNonce() {
      await receiptOf(await wallet.sendTransaction({ to: account.address, value: 0n, nonce: nonce++ }), 'a transfer');
    },
  };
}
