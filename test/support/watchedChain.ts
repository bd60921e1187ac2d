import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createChain, type Chain } from '../../src/chains/chain';
import type { BlockNews, BlockWatcher, TrackedOperation } from '../../src/chains/createBlockWatcher';
import { encodeExecute, type Operation } from '../../src/chains/encodeExecute';
import { signOrder } from '../../src/client/signOrder';
import type { FinalityPolicy } from '../../src/config';
import { identityOf } from '../../src/domain/fingerprint';
import { parseOrder } from '../../src/domain/parseOrder';
import type { OperationKind } from '../../src/domain/slot';
import type { Anvil } from '../../src/local/anvil';
import { deployChainPair, type DeployedChain } from '../../src/local/deploy';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';
import { rpcCall } from '../../src/local/rpcCall';
import { chainConfigFor } from './chainConfigFor';

type Signed = Operation & TrackedOperation;

/** A real source chain with the real gateway, on which a test acts as whoever it likes. */
export interface WatchedChain {
  readonly deployed: DeployedChain;
  chain(finality: FinalityPolicy, facts?: { rpcUrl?: string; pollIntervalMs?: number }): Chain;
  /** A burn of an order of its own, unless the id is given. */
  burn(draft?: { settlementId?: string; amount?: bigint; validForSeconds?: number }): Promise<Signed>;
  as(operation: Signed, kind: OperationKind): Signed;
  /** Lets a node's own account send them in one transaction; resolves once it is in a block. */
  execute(operations: readonly Operation[], by?: DevAccountName): Promise<Hex>;
  /** The same, as bytes that can be sent again. */
  sign(operations: readonly Operation[]): Promise<Hex>;
  /** Resolves once they are in a block. */
  send(raw: Hex): Promise<Hex>;
  rpc<T>(method: string, ...params: unknown[]): Promise<T>;
  head(): Promise<{ number: bigint; hash: Hex }>;
}

export async function deployWatchedChain(anvils: readonly [Anvil, Anvil]): Promise<WatchedChain> {
  const { chains } = await deployChainPair(anvils);
  const [deployed, remote] = chains as [DeployedChain, DeployedChain];
  const accounts = devAccounts();
  const { rpcUrl } = deployed;
  const rpc = <T>(method: string, ...params: unknown[]): Promise<T> => rpcCall<T>(rpcUrl, method, params);
  const gas = 20_000_000;
  /** anvil answers a send before it has mined it. */
  const mined = async (hash: Hex): Promise<Hex> => {
    while ((await rpc('eth_getTransactionReceipt', hash)) === null) await new Promise(setImmediate);
    return hash;
  };

  return {
    deployed,
    rpc,
    chain(finality, facts = {}) {
      const { gateway } = deployed;
      const urls = [facts.rpcUrl ?? rpcUrl];
      const config = chainConfigFor(urls, {
        gateway,
        finality,
        rpcTimeoutMs: 2_000,
        pollIntervalMs: facts.pollIntervalMs ?? 20,
      });
      return createChain(config);
    },
    async burn(draft = {}) {
      const json = await signOrder(
        {
          settlementId: draft.settlementId ?? `watched-${randomUUID()}`,
          holder: accounts.alice.address,
          recipient: accounts.bob.address,
          token: deployed.token,
          destinationToken: remote.token,
          destinationGateway: remote.gateway,
          amount: draft.amount ?? 1_000n,
          sourceChainId: BigInt(deployed.chainId),
          destinationChainId: BigInt(remote.chainId),
          validBefore: BigInt(Math.floor(Date.now() / 1000) + (draft.validForSeconds ?? 36_000)),
          maxAttempts: 3,
        },
        deployed.gateway,
        privateKeyToAccount(accounts.alice.privateKey),
      );
      const order = parseOrder(json.order);
      return { ...identityOf(order, deployed.gateway), kind: 'Burn', attempt: 0, order, signature: json.signature };
    },
    as: (operation, kind) => ({ ...operation, kind, signature: '0x' }),
    async execute(operations, by = operations[0]?.kind === 'Refund' ? 'refunder' : 'settler') {
      const from = accounts[by].address;
      const data = encodeExecute(operations);
      const call = { from, to: deployed.gateway, data, gas: `0x${gas.toString(16)}` };
      return mined(await rpc<Hex>('eth_sendTransaction', call));
    },
    send: async (raw) => mined(await rpc<Hex>('eth_sendRawTransaction', raw)),
    async sign(operations) {
      const settler = privateKeyToAccount(accounts.settler.privateKey);
      return settler.signTransaction({
        type: 'eip1559',
        chainId: deployed.chainId,
        to: deployed.gateway,
        data: encodeExecute(operations),
        gas: BigInt(gas),
        nonce: Number(await rpc<Hex>('eth_getTransactionCount', settler.address, 'pending')),
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 10n ** 9n,
      });
    },
    async head() {
      const { number, hash } = await rpc<{ number: Hex; hash: Hex }>('eth_getBlockByNumber', 'latest', false);
      return { number: BigInt(number), hash };
    },
  };
}

/**
 * Acts, and resolves with the news that shows the head as it is afterwards: all that this look had to tell is told. What was
 * heard of reorgs on the way is in it too: anvil's are not made in one step.
 */
export async function seenAfter(
  watcher: BlockWatcher,
  world: WatchedChain,
  act: () => Promise<unknown>,
): Promise<BlockNews> {
  const heard: BlockNews[] = [];
  let check: () => void = () => undefined;
  const end = watcher.onBlock((news) => {
    heard.push(news);
    check();
  });
  await act();
  const { hash } = await world.head();
  const news = await new Promise<BlockNews>((resolve) => {
    check = () => {
      const found = heard.find(({ latest }) => latest.hash === hash);
      if (!found) return;
      const depths = heard.flatMap(({ reorgedAbove }) => (reorgedAbove === null ? [] : [reorgedAbove]));
      const reorgedAbove = depths.sort((a, b) => Number(a - b))[0] ?? null;
      resolve({ ...found, reorgedAbove, pastFinality: heard.some((one) => one.pastFinality) });
    };
    check();
    watcher.poke();
  });
  end();
  return news;
}
