import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { encodeExecute } from '../../../src/chains/encodeExecute';
import { fingerprintOf } from '../../../src/domain/fingerprint';
import type { SignedOrder } from '../../../src/domain/order';
import { parseOrder } from '../../../src/domain/parseOrder';
import type { OperationKind } from '../../../src/domain/slot';
import { devAccounts, laneKeyNames, type DevAccountName } from '../../../src/local/devAccounts';
import type { ChainHand, SentByHand } from '../chainHand';
import type { FaultWorld } from '../faultWorld';
import { clientAt, untilAnswered } from '../load';
import { plainOrder } from '../orders';
import { pick } from '../random';
import { withDatabase } from '../readRows';
import { done, NotFired, type FaultContext, type FaultKind } from './fault';

interface RawCall {
  readonly as: DevAccountName;
  readonly on: ChainHand;
  readonly kind: OperationKind;
  readonly signed: SignedOrder;
  readonly attempt: number;
}

/** One operation straight to a gateway. */
export async function callRaw(world: FaultWorld, { as, on, kind, signed, attempt }: RawCall): Promise<SentByHand> {
  const order = parseOrder(signed.order);
  const fingerprint = fingerprintOf(order, on.deployed.gateway);
  const signature = kind === 'Burn' ? signed.signature : '0x';
  const data = encodeExecute([{ kind, attempt, order, fingerprint, signature }]);
  return sendForeign(world, on, as, { to: on.deployed.gateway, data });
}

/** What a lane's key sends here is foreign to the journal, and the judges are told so. */
async function sendForeign(world: FaultWorld, on: ChainHand, as: DevAccountName, call: { to: Hex; data?: Hex }) {
  const sent = await on.sendAs(as, call);
  world.foreignHashes.add(sent.hash);
  return sent;
}

const squatted: FaultKind = {
  ...{ number: 45, name: 'a stranger squats an id', track: 'chain', holdMs: [0, 0] },
  async fire({ world, prefix, complain }) {
    const settlementId = `${prefix}-squatted`;
    const signed = await plainOrder(world, settlementId);
    const [source, destination] = world.chains;
    let refused = 0;
    for (const [on, kind] of [
      [source, 'Burn'],
      [destination, 'Mint'],
      [destination, 'CancelMint'],
    ] as const) {
      const { isIn } = await callRaw(world, { as: 'carol', on, kind, signed, attempt: 0 });
      const { state } = await on.chain.latestSlotOf(settlementId);
      if (state !== 'None') complain(`${settlementId}: a stranger's ${kind} made its slot ${state}`);
      else if (isIn) refused += 1;
    }
    return done(refused);
  },
};

const replayed: FaultKind = {
  ...{ number: 46, name: 'a signature is replayed elsewhere', track: 'chain', holdMs: [0, 0] },
  async fire({ world, prefix, complain, random }) {
    const signed = await plainOrder(world, `${prefix}-signed`);
    const otherId = { ...signed, order: { ...signed.order, settlementId: `${prefix}-replayed` } };
    const as = pick(random, laneKeyNames.settler);
    let refused = 0;
    // With a key that may: only the signature stands in the way.
    for (const [on, replay] of [
      [world.chains[0], otherId],
      [world.chains[1], signed],
    ] as const) {
      const { isIn } = await callRaw(world, { as, on, kind: 'Burn', signed: replay, attempt: 0 });
      const { state } = await on.chain.latestSlotOf(replay.order.settlementId);
      if (state !== 'None') complain(`${replay.order.settlementId}: a replayed signature made its slot ${state}`);
      else if (isIn) refused += 1;
    }
    return done(refused);
  },
};

const foreignTransaction: FaultKind = {
  ...{ number: 31, name: "a stranger's transaction from our key", track: 'chain', holdMs: [0, 0] },
  async fire({ world, random }) {
    const on = pick(random, world.chains);
    const as = pick(random, [...laneKeyNames.settler, ...laneKeyNames.refunder]);
    let sent = 0;
    for (let times = 0; times < 2; times++) {
      if ((await sendForeign(world, on, as, { to: devAccounts()[as].address })).isIn) sent += 1;
    }
    return done(sent);
  },
};

const oldMint: FaultKind = {
  ...{ number: 28, name: 'an old signed mint is sent after the refund', track: 'chain', holdMs: [0, 0] },
  async fire(context) {
    const { world, complain } = context;
    const { settlementId, attempt, raw, chainId } = await findOldMint(context);
    const on = world.chains.find(({ deployed }) => deployed.chainId === chainId);
    const signed = await untilAnswered.execute(() => clientAt(world, 0).order(settlementId));
    if (!on || !signed) throw new NotFired('its order is not to be had');
    // The bytes themselves: their nonce is used, or the slot refuses them.
    await on.rpc('eth_sendRawTransaction', [raw]).catch(() => undefined);
    // And the same mint on a nonce of its own, where only the tombstone stands in its way.
    const { state } = await on.chain.latestSlotOf(settlementId);
    if (state === 'Cancelled') await callRaw(world, { as: 'settler4', on, kind: 'Mint', signed, attempt });
    await delay(300);
    const after = await on.chain.latestSlotOf(settlementId);
    if (after.state === 'Minted') complain(`${settlementId}: an old mint of attempt ${attempt} was let in`);
    return done(1);
  },
};

interface OldMint {
  readonly settlementId: string;
  readonly attempt: number;
  readonly raw: Hex;
  readonly chainId: number;
}

/** Of a settlement that gave the tokens back and is not tried again by anybody. */
async function findOldMint({ world }: FaultContext): Promise<OldMint> {
  const sql = `select o.settlement_id as "settlementId", o.attempt, t.raw, t.chain_id::float8 as "chainId"
    from ledger.transaction_operations o join ledger.transactions t using (hash) join ledger.settlements s using (settlement_id)
    where o.kind = 'Mint' and s.status = 'FAILED' and s.compensated and o.attempt = s.attempt order by t.created_at`;
  for (let looks = 0; looks < 20; looks++, await delay(500)) {
    const query = withDatabase(world.databaseUrl, async (client) => (await client.query<OldMint>(sql)).rows);
    const found = (await query.catch(() => [])).find(({ settlementId }) => !world.rerunIds.has(settlementId));
    if (found) return found;
  }
  throw new NotFired('no mint was journaled and given back yet');
}

export const attackerFaults = [squatted, replayed, foreignTransaction, oldMint] as const;
