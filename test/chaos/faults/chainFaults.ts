import { setTimeout as delay } from 'node:timers/promises';
import { decodeFunctionData, getAddress, type Hex } from 'viem';
import { devAccounts, laneKeyNames } from '../../../src/local/devAccounts';
import type { ChainHand } from '../chainHand';
import { gatewayAbi } from '../checkers/gatewayAbi';
import { kinds, type Kind } from '../checkers/world';
import { deepestReorg, type FaultWorld } from '../faultWorld';
import { clientAt, startOne } from '../load';
import { plainOrder } from '../orders';
import { pick } from '../random';
import { takeBack } from '../takeBack';
import { between, done, NotFired, type FaultContext, type FaultKind, type Fired } from './fault';

const anyChain = ({ world, random }: FaultContext): ChainHand => pick(random, world.chains);
const other = ({ chains }: FaultWorld, one: ChainHand): ChainHand => (chains[0] === one ? chains[1] : chains[0]);
const nameOf = ({ deployed }: ChainHand) => deployed.name as 'alder' | 'birch';

interface RawTransaction {
  readonly hash: Hex;
  readonly from: Hex;
  readonly to: Hex | null;
  readonly input: Hex;
}

/** Starts what will make such a transaction, waits for it in the newest block, and takes that block away. */
async function reorgAway(context: FaultContext, hand: ChainHand, wanted: readonly Kind[]): Promise<Fired> {
  const { world, prefix } = context;
  const from = wanted.includes('Burn') ? hand : other(world, hand);
  await startOne(world, clientAt(world, 0), await plainOrder(world, `${prefix}-reorged`, nameOf(from)));
  for (let looks = 0; looks < 600; looks++, await delay(20)) {
    const block = await hand.rpc<{ transactions: RawTransaction[] }>('eth_getBlockByNumber', ['latest', true]);
    const dropped = block.transactions.filter((one) => carries(hand, one, wanted));
    if (dropped.length === 0) continue;
    hand.setMining(false); // no block may come between: it would be one more than was meant
    try {
      const depth = between(context.random, 1, deepestReorg);
      await takeBack(world, hand, { depth }, () => hand.reorg(depth));
      const receipts = dropped.map(({ hash }) => hand.rpc('eth_getTransactionReceipt', [hash]));
      return done((await Promise.all(receipts)).filter((receipt) => receipt === null).length);
    } finally {
      hand.setMining(true);
    }
  }
  throw new NotFired(`no ${wanted.join(' or ')} came on ${hand.deployed.name}`);
}

function carries({ deployed }: ChainHand, { to, input }: RawTransaction, wanted: readonly Kind[]): boolean {
  if (to === null || getAddress(to) !== getAddress(deployed.gateway)) return false;
  try {
    const call = decodeFunctionData({ abi: gatewayAbi, data: input });
    return call.functionName === 'execute' && call.args[0].some(({ kind }) => wanted.includes(kinds[kind] as Kind));
  } catch {
    return false; // a pause, a limit
  }
}

const burnReorged: FaultKind = {
  ...{ number: 20, name: 'a reorg drops a burn', track: 'chain', holdMs: [0, 0] },
  fire: (context) => reorgAway(context, anyChain(context), ['Burn']),
};

/** Unlike a reorg it shows a lower head for a while. Never deeper than one: what was final stays. */
const rolledBack: FaultKind = {
  ...{ number: 22, name: 'the newest blocks are taken back', track: 'chain', holdMs: [0, 0] },
  async fire(context) {
    const hand = anyChain(context);
    const depth = between(context.random, 1, deepestReorg);
    hand.setMining(false);
    try {
      return await takeBack(context.world, hand, { depth }, async () => {
        const before = Number(await hand.rpc<Hex>('eth_blockNumber'));
        await hand.rollback(depth);
        const after = Number(await hand.rpc<Hex>('eth_blockNumber'));
        await delay(400); // long enough for everybody to see it
        await hand.rpc('anvil_mine', [`0x${depth.toString(16)}`]);
        return done(Math.max(0, before - after));
      });
    } finally {
      hand.setMining(true);
    }
  },
};

const mintReorged: FaultKind = {
  ...{ number: 21, name: 'a reorg drops a mint or refund', track: 'chain', holdMs: [0, 0] },
  fire: (context) => reorgAway(context, anyChain(context), ['Mint', 'Refund', 'CancelMint']),
};

const stopped: FaultKind = {
  ...{ number: 24, name: 'a chain is stopped', track: 'chain', holdMs: [3_000, 12_000], hindersStarts: true },
  async fire(context) {
    const hand = anyChain(context);
    hand.setMining(false);
    hand.chain.signal('SIGSTOP');
    let [answered, effect] = [false, 0];
    void hand.rpc('eth_blockNumber').then(
      () => (answered = true),
      () => undefined,
    );
    return {
      async heal() {
        effect = answered ? 0 : 1;
        hand.chain.signal('SIGCONT');
        hand.setMining(true);
      },
      tookEffect: () => effect,
    };
  },
};

const noBlocks: FaultKind = {
  ...{ number: 24, name: 'no blocks come', track: 'chain', holdMs: [3_000, 10_000] },
  async fire(context) {
    const hand = anyChain(context);
    await setBlocks(hand, false);
    const before = await hand.rpc<Hex>('eth_blockNumber');
    let effect = 0;
    return {
      async heal() {
        effect = (await hand.rpc<Hex>('eth_blockNumber')) === before ? 1 : 0;
        await setBlocks(hand, true);
      },
      tookEffect: () => effect,
    };
  },
};

export async function setBlocks(hand: ChainHand, on: boolean): Promise<void> {
  hand.setMining(on);
  await hand.rpc('evm_setAutomine', [on]);
}

const gwei = 10 ** 9;

const dear: FaultKind = {
  ...{ number: 26, name: 'the base fee is a hundred times higher', track: 'chain', holdMs: [4_000, 9_000] },
  async fire(context) {
    const hand = anyChain(context);
    // 600 gwei is above what the lanes may offer: they hold until it falls.
    const feeWei = pick(context.random, [100, 300, 600]) * gwei;
    const raise = () => hand.rpc('anvil_setNextBlockBaseFeePerGas', [`0x${feeWei.toString(16)}`]);
    let blocks = 0;
    const raising = setInterval(() => {
      raise()
        .then(() => (blocks += 1))
        .catch(() => undefined);
    }, 150);
    await raise();
    return {
      async heal() {
        clearInterval(raising);
        await delay(200);
        await hand.rpc('anvil_setNextBlockBaseFeePerGas', [`0x${gwei.toString(16)}`]);
      },
      tookEffect: () => blocks,
    };
  },
};

export interface Pool {
  readonly pending: Readonly<Record<string, Readonly<Record<string, Pick<RawTransaction, 'hash' | 'input'>>>>>;
}

/** Waits for something of ours in the pool, with no blocks coming, and throws it out. */
async function dropFromPool(context: FaultContext, drop: (hand: ChainHand, hashes: Hex[]) => Promise<unknown>) {
  const hand = anyChain(context);
  await setBlocks(hand, false);
  try {
    const { world, prefix } = context;
    await startOne(world, clientAt(world, 0), await plainOrder(world, `${prefix}-dropped`, nameOf(hand)));
    const lanes = new Set(world.laneSigners.map((signer) => signer.toLowerCase()));
    for (let looks = 0; looks < 150; looks++, await delay(50)) {
      const { pending } = await hand.rpc<Pool>('txpool_content');
      const ours = Object.entries(pending).filter(([from]) => lanes.has(from.toLowerCase()));
      const hashes = ours.flatMap(([, byNonce]) => Object.values(byNonce).map(({ hash }) => hash));
      if (hashes.length === 0) continue;
      await drop(hand, hashes);
      return done(hashes.length);
    }
    throw new NotFired('nothing of ours was in the pool');
  } finally {
    await setBlocks(hand, true);
  }
}

const dropped: FaultKind = {
  ...{ number: 27, name: 'the pool drops our transaction', track: 'chain', holdMs: [0, 0] },
  fire: (context) =>
    dropFromPool(context, (hand, hashes) => hand.rpc('anvil_dropTransaction', [pick(context.random, hashes)])),
};

const allDropped: FaultKind = {
  ...{ number: 27, name: 'the pool drops all transactions', track: 'chain', holdMs: [0, 0] },
  fire: (context) => dropFromPool(context, (hand) => hand.rpc('anvil_dropAllTransactions')),
};

const pausedGateway: FaultKind = {
  ...{ number: 29, name: 'a gateway is paused', track: 'chain', holdMs: [3_000, 10_000] },
  async fire(context) {
    const { chain } = anyChain(context);
    const isAll = context.random() < 0.5;
    const set = (on: boolean) => (isAll ? chain.pauseAll(on) : chain.pauseNew(on));
    await set(true);
    return { heal: () => set(false), tookEffect: () => 1 };
  },
};

const tinyBlocks: FaultKind = {
  ...{ number: 29, name: 'blocks are too small for us', track: 'chain', holdMs: [3_000, 8_000] },
  async fire(context) {
    const hand = anyChain(context);
    const setLimit = (gas: number) => hand.rpc('anvil_setBlockGasLimit', [`0x${gas.toString(16)}`]);
    await setLimit(100_000);
    let effect = 0;
    return {
      async heal() {
        const { gasLimit } = await hand.rpc<{ gasLimit: Hex }>('eth_getBlockByNumber', ['latest', false]);
        effect = Number(gasLimit) === 100_000 ? 1 : 0;
        await setLimit(30_000_000);
      },
      tookEffect: () => effect,
    };
  },
};

const noGasMoney: FaultKind = {
  ...{ number: 37, name: 'our keys have no gas money', track: 'chain', holdMs: [3_000, 9_000] },
  async fire(context) {
    const hand = anyChain(context);
    const accounts = context.world.laneSigners;
    for (const account of accounts) await hand.rpc('anvil_setBalance', [account, '0x0']);
    return {
      async heal() {
        for (const account of accounts) await hand.chain.fund(account);
      },
      tookEffect: () => accounts.length,
    };
  },
};

const roleRevoked: FaultKind = {
  ...{
    number: 38,
    name: 'a role is revoked, and granted again',
    track: 'chain',
    holdMs: [3_000, 9_000],
    hindersStarts: true,
  },
  async fire(context) {
    const { chain } = anyChain(context);
    const role = pick(context.random, ['settler', 'refunder'] as const);
    const accounts = laneKeyNames[role].map((name) => devAccounts()[name].address);
    for (const account of accounts) await chain.revokeRole(role, account);
    return {
      async heal() {
        for (const account of accounts) await chain.grantRole(role, account);
      },
      tookEffect: () => accounts.length,
    };
  },
};

/** A burn in a block whose time is one before, at, or one past the end of its order: strictly before is in time. */
const atTheEnd: FaultKind = {
  ...{ number: 30, name: 'a burn in a block at its validBefore', track: 'chain', holdMs: [0, 0] },
  async fire(context) {
    const { world, prefix, random, complain } = context;
    const hand = anyChain(context);
    const past = pick(random, [-1, 0, 1]);
    const settlementId = `${prefix}-at-the-end`;
    const signed = await plainOrder(world, settlementId, nameOf(hand), 90);
    const validBefore = signed.order.validBefore;
    await startOne(world, clientAt(world, 0), signed);
    await setBlocks(hand, false);
    try {
      for (let looks = 0; looks < 150; looks++, await delay(50)) {
        if (!(await hasPending(hand, settlementId))) continue;
        await hand.mineAt(validBefore + past);
        const { state } = await hand.chain.latestSlotOf(settlementId);
        const isRight = (state === 'Burned') === past < 0;
        if (!isRight) complain(`${settlementId}: a burn ${past} s past its validBefore made its slot ${state}`);
        return done(1);
      }
      throw new NotFired('its burn was not in the pool in time');
    } finally {
      await setBlocks(hand, true);
    }
  },
};

async function hasPending(hand: ChainHand, settlementId: string): Promise<boolean> {
  const { pending } = await hand.rpc<Pool>('txpool_content');
  const id = Buffer.from(settlementId).toString('hex');
  return Object.values(pending).some((byNonce) => Object.values(byNonce).some(({ input }) => input.includes(id)));
}

export const chainFaults = [
  ...[burnReorged, mintReorged, rolledBack, atTheEnd, stopped, noBlocks, dear, dropped, allDropped],
  ...[pausedGateway, tinyBlocks, noGasMoney, roleRevoked],
] as const;
