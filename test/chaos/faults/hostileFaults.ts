import { setTimeout as delay } from 'node:timers/promises';
import {
  decodeEventLog,
  decodeFunctionData,
  encodeFunctionData,
  getAddress,
  type Abi,
  type Address,
  type Hex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { settlementGatewayAbi } from '../../../src/chains/generated/settlementGateway';
import { settlementTokenAbi } from '../../../src/chains/generated/settlementToken';
import { signOrder } from '../../../src/client/signOrder';
import { parseOrder } from '../../../src/domain/parseOrder';
import { createDeployer, type Deployer } from '../../../src/local/createDeployer';
import { devAccounts } from '../../../src/local/devAccounts';
import type { ChainHand } from '../chainHand';
import { gatewayAbi, refusalName } from '../checkers/gatewayAbi';
import type { FaultWorld } from '../faultWorld';
import { clientAt, startOne } from '../load';
import { plainOrder } from '../orders';
import { pick } from '../random';
import { callRaw } from './attackerFaults';
import { setBlocks, type Pool } from './chainFaults';
import { done, NotFired, type FaultContext, type FaultKind } from './fault';
import { hostileContracts } from './hostileContracts';
import { nobody, startWrong, type ConfigJson } from './operatorFaults';

/** What a wallet does when it is asked at the burn, as HostileWallet numbers it, and what the gateway must make of it. */
const walletModes = [
  { what: 'burns all gas', mode: 7, outcome: 'SignatureInvalid' },
  { what: 'reverts with a bomb', mode: 6, outcome: 'SignatureInvalid' },
  { what: 'answers with a bomb that begins with a yes', mode: 8, outcome: 'applied' },
  { what: 'tries to re-enter, is not let in, and says yes', mode: 10, outcome: 'applied' },
] as const;
const [neighbours, urgentFeeWei] = [4, 100 * 10 ** 9];
const besidePrefix = (prefix: string): string => `${prefix}-beside-`;

/** The wallet looks at none of it; the checks before the burn want no less. */
const anySignature: Hex = `0x${'12'.repeat(65)}`;

interface HostileHolder {
  readonly address: Address;
  readonly abi: Abi;
  readonly settlementId: string;
  readonly mode: (typeof walletModes)[number];
}

/** They say yes while the order is checked, and turn when its burn is in the pool beside others. */
const hostileHolders: FaultKind = {
  ...{ number: 29, name: '29a: a holder is a contract that burns gas, returns a bomb, re-enters', track: 'chain' },
  holdMs: [0, 0],
  async fire(context) {
    const { world, random, prefix } = context;
    const hand = pick(random, world.chains);
    const deployer = await createDeployer(hand.deployed, devAccounts().deployer);
    const holders: HostileHolder[] = [];
    for (const [at, mode] of walletModes.entries()) {
      holders.push(await deployHolder(hand, deployer, mode, `${prefix}-hostile-${at}`));
    }
    await setBlocks(hand, false);
    try {
      await startTogether(world, hand, holders, prefix);
      for (const holder of holders) await turn(hand, holder);
      const hashes = await pendingWith(hand, holders);
      await hand.rpc('anvil_mine', ['0x1']);
      return done(await judgeBatches(context, hand, holders, hashes));
    } finally {
      await setBlocks(hand, true);
    }
  },
};

async function deployHolder(
  { deployed }: ChainHand,
  deployer: Deployer,
  mode: HostileHolder['mode'],
  settlementId: string,
): Promise<HostileHolder> {
  const { HostileWallet } = await hostileContracts();
  const { address } = await deployer.deploy({ ...HostileWallet, args: [deployed.gateway] });
  const token = { address: deployed.token, abi: settlementTokenAbi } as const;
  await deployer.write({ ...token, functionName: 'mint', args: [address, 1_000_000n] });
  return { address, abi: HostileWallet.abi, settlementId, mode };
}

/** The first goes alone; what comes while it is on its way waits a moment for company, and shares a transaction. */
async function startTogether(world: FaultWorld, hand: ChainHand, holders: readonly HostileHolder[], prefix: string) {
  const from = hand.deployed.name as 'alder' | 'birch';
  const plain = async (at: number) => {
    const settlementId = `${besidePrefix(prefix)}${at}`;
    await startOne(world, clientAt(world, at), await plainOrder(world, settlementId, from));
  };
  await plain(0);
  await untilPending(hand, [`${besidePrefix(prefix)}0`]);
  const own = holders.map(async ({ address, settlementId }, at) => {
    const signed = await plainOrder(world, settlementId, from);
    const order = { ...signed.order, holder: address };
    await startOne(world, clientAt(world, at), { order, signature: anySignature });
  });
  await Promise.all([...own, ...Array.from({ length: neighbours }, (_, at) => plain(at + 1))]);
  await untilPending(
    hand,
    holders.map(({ settlementId }) => settlementId),
  );
}

/** Ahead of everything that waits, by its fee. */
async function turn({ rpc }: ChainHand, { address, abi, mode }: HostileHolder): Promise<void> {
  const data = encodeFunctionData({ abi, functionName: 'be', args: [mode.mode] });
  const fee = `0x${urgentFeeWei.toString(16)}`;
  const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee, gas: '0x30d40' };
  await rpc('eth_sendTransaction', [{ from: devAccounts().deployer.address, to: address, data, ...fees }]);
}

async function untilPending(hand: ChainHand, settlementIds: readonly string[]): Promise<void> {
  const texts = settlementIds.map((id) => Buffer.from(id).toString('hex'));
  for (let looks = 0; looks < 200; looks++, await delay(50)) {
    const inputs = Object.values((await hand.rpc<Pool>('txpool_content')).pending).flatMap(
      Object.values<{ input: Hex }>,
    );
    if (texts.every((text) => inputs.some(({ input }) => input.includes(text)))) return;
  }
  throw new NotFired('their burns were not in the pool in time');
}

async function pendingWith(hand: ChainHand, holders: readonly HostileHolder[]): Promise<readonly Hex[]> {
  const { pending } = await hand.rpc<Pool>('txpool_content');
  const texts = holders.map(({ settlementId }) => Buffer.from(settlementId).toString('hex'));
  return Object.values(pending)
    .flatMap(Object.values<{ hash: Hex; input: Hex }>)
    .filter(({ input }) => texts.some((text) => input.includes(text)))
    .map(({ hash }) => hash);
}

interface Receipt {
  readonly status: Hex;
  readonly logs: readonly { readonly address: Address; readonly topics: [Hex, ...Hex[]]; readonly data: Hex }[];
}

/** Each operation's outcome must be its own. Returns how many hostile ones stood beside others. */
async function judgeBatches(
  { complain, prefix }: FaultContext,
  hand: ChainHand,
  holders: readonly HostileHolder[],
  hashes: readonly Hex[],
): Promise<number> {
  let besideOthers = 0;
  for (const hash of hashes) {
    const ids = await operationsIn(hand, hash);
    const receipt = await hand.rpc<Receipt | null>('eth_getTransactionReceipt', [hash]);
    if (receipt === null) continue; // replaced meanwhile, or did not fit
    const outcomes = outcomesIn(hand, receipt);
    ids.forEach((id, at) => {
      const hostile = holders.find(({ settlementId }) => settlementId === id);
      // Whoever else is in it may be refused for a reason of its own.
      if (!hostile && !id.startsWith(besidePrefix(prefix))) return;
      const wanted = hostile?.mode.outcome ?? 'applied';
      if (outcomes[at] !== wanted)
        complain(`${id} (${hostile?.mode.what ?? 'a neighbour'}): ${outcomes[at]} in ${hash}`);
      else if (hostile && ids.length > 1) besideOthers += 1;
    });
  }
  return besideOthers;
}

async function operationsIn({ rpc }: ChainHand, hash: Hex): Promise<readonly string[]> {
  const { input } = await rpc<{ input: Hex }>('eth_getTransactionByHash', [hash]);
  const call = decodeFunctionData({ abi: gatewayAbi, data: input });
  return call.functionName === 'execute' ? call.args[0].map(({ order }) => order.settlementId) : [];
}

function outcomesIn({ deployed }: ChainHand, { logs }: Receipt): readonly string[] {
  return logs
    .filter(({ address }) => getAddress(address) === deployed.gateway)
    .map(({ topics, data }) => {
      const { eventName, args } = decodeEventLog({ abi: gatewayAbi, topics, data });
      if (eventName === 'OperationRefused') return refusalName(args.reason);
      return eventName === 'OperationApplied' ? 'applied' : 'already applied';
    });
}

/** How a token misbehaves, as HostileToken numbers it, and what the gateway must make of a burn of it. */
const tokenModes = [
  { what: 'takes a fee', mode: 5, outcome: 'TokenMisbehaved' },
  { what: 're-enters, and insists', mode: 16, outcome: 'TokenRefused' },
  { what: 'has lost its code', mode: null, outcome: 'TokenMisbehaved' },
] as const;

/** Registered by an operator who did not look: the gateway itself looks at every burn. */
const hostileTokens: FaultKind = {
  ...{ number: 47, name: 'a token re-enters, takes a fee, or has no code', track: 'chain', holdMs: [0, 0] },
  async fire({ world, prefix, complain }) {
    const [source, destination] = world.chains;
    const token = await deployToken(source, destination);
    let refused = 0;
    for (const [at, { what, mode, outcome }] of tokenModes.entries()) {
      await bend(source, token, mode);
      const settlementId = `${prefix}-token-${at}`;
      const { order } = await plainOrder(world, settlementId);
      const own = { ...parseOrder(order), token: token.address, destinationToken: token.remote };
      const signed = await signOrder(own, source.deployed.gateway, privateKeyToAccount(devAccounts().alice.privateKey));
      const { hash } = await callRaw(world, { as: 'settler', on: source, kind: 'Burn', signed, attempt: 0 });
      const receipt = await source.rpc<Receipt | null>('eth_getTransactionReceipt', [hash]);
      const [answer] = receipt ? outcomesIn(source, receipt) : ['nothing'];
      if (answer === outcome) refused += 1;
      else complain(`a token that ${what}: the gateway says ${answer}`);
    }
    if (await canRegister(source, destination, nobody)) complain('a token without code was registered');
    else refused += 1;
    const configured = await startWrong(world, complain, 'tokens.NONE', withToken(nobody));
    return done(refused + configured.tookEffect());
  },
};

interface TokenPair {
  readonly address: Address;
  readonly remote: Address;
  readonly abi: Abi;
}

/** On both chains, with a route either way: as good as the real one, until it is bent. */
async function deployToken(source: ChainHand, destination: ChainHand): Promise<TokenPair> {
  const { HostileToken } = await hostileContracts();
  const ends = [];
  for (const hand of [source, destination]) {
    const deployer = await createDeployer(hand.deployed, devAccounts().deployer);
    const { address } = await deployer.deploy({ ...HostileToken, args: [] });
    ends.push({ hand, deployer, address });
  }
  const [here, there] = ends;
  if (!here || !there) throw new Error('a route has two ends');
  for (const [{ hand, deployer, address }, remote] of [
    [here, there],
    [there, here],
  ] as const) {
    const gateway = { address: hand.deployed.gateway, abi: settlementGatewayAbi } as const;
    const end = [BigInt(remote.hand.deployed.chainId), remote.hand.deployed.gateway, remote.address, 6] as const;
    await deployer.write({ ...gateway, functionName: 'registerRoute', args: [address, ...end] });
    const limit = 10n ** 12n;
    await deployer.write({ ...gateway, functionName: 'setLimits', args: [address, limit, limit, limit, limit] });
  }
  await send(source, here.address, HostileToken.abi, 'give', [devAccounts().alice.address, 10n ** 9n]);
  return { address: here.address, remote: there.address, abi: HostileToken.abi };
}

async function bend(
  on: ChainHand,
  { address, abi }: TokenPair,
  mode: (typeof tokenModes)[number]['mode'],
): Promise<void> {
  if (mode === null) {
    await on.rpc('anvil_setCode', [address, '0x']);
    return;
  }
  const again = encodeFunctionData({ abi: settlementGatewayAbi, functionName: 'execute', args: [[]] });
  await send(on, address, abi, 'callBack', [mode, on.deployed.gateway, again]); // the modes that do not call back leave it
}

async function send(
  on: ChainHand,
  to: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
): Promise<void> {
  await on.sendAs('deployer', { to, data: encodeFunctionData({ abi, functionName, args }) });
}

/** As an operator who mistyped: the gateway must not take it. */
async function canRegister(on: ChainHand, remote: ChainHand, token: Address): Promise<boolean> {
  const args = [token, BigInt(remote.deployed.chainId), remote.deployed.gateway, remote.deployed.token, 6] as const;
  const data = encodeFunctionData({ abi: settlementGatewayAbi, functionName: 'registerRoute', args });
  const { hash } = await on.sendAs('deployer', { to: on.deployed.gateway, data });
  return (await on.rpc<Receipt | null>('eth_getTransactionReceipt', [hash]))?.status !== '0x0';
}

const withToken =
  (address: Address) =>
  ({ chains, ...rest }: ConfigJson) => ({
    ...rest,
    chains: chains.map((chain, at) => {
      const tokens = chain.tokens as readonly object[];
      return at === 0 ? { ...chain, tokens: [...tokens, { symbol: 'NONE', address, decimals: 6 }] } : chain;
    }),
  });

export const hostileFaults = [hostileHolders, hostileTokens] as const;
