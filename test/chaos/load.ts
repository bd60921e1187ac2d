import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import type { SettlementClient } from '../../src/client/createSettlementClient';
import { TransientError } from '../../src/domain/errors';
import { fingerprintOf } from '../../src/domain/fingerprint';
import { parseOrder } from '../../src/domain/parseOrder';
import type { SignedOrder } from '../../src/domain/order';
import type { StartAnswer } from './checkers/world';
import type { JudgedWorld } from './chaosWorld';
import { inTurn } from './inTurn';
import { pick, type Random } from './random';

/** As a caller should: an answer that is unknown is asked for again, with the same words. */
export const untilAnswered = retry(handleType(TransientError), {
  maxAttempts: 30,
  backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 3_000 }),
});

const recipients = ['bob', 'carol', 'dave'] as const;

/** Signed orders under ids of their own, amounts and recipients as the seed says. */
export function signOrders(
  world: JudgedWorld,
  prefix: string,
  count: number,
  random: Random,
): Promise<readonly SignedOrder[]> {
  const drafts = Array.from({ length: count }, (_, at) => ({
    settlementId: `${prefix}-${at}`,
    amount: BigInt(1 + Math.floor(random() * 1_000_000)),
    recipient: pick(random, recipients),
  }));
  return inTurn(drafts, 8, (draft) => world.stack.sign(draft));
}

/** Starts a settlement and keeps the answer for the judges. */
export async function startOne(
  world: JudgedWorld,
  client: SettlementClient,
  signed: SignedOrder,
): Promise<StartAnswer> {
  const started = await untilAnswered.execute(() => client.start(signed));
  const order = parseOrder(signed.order);
  const source = world.stack.config.chains.find(({ chainId }) => BigInt(chainId) === order.sourceChainId);
  if (!source) throw new Error(`no chain ${order.sourceChainId}`);
  const answer: StartAnswer = {
    settlementId: order.settlementId,
    fingerprint: fingerprintOf(order, source.gateway),
    created: started.created,
    runId: started.runId,
    record: { ...started.record },
  };
  world.starts.push(answer);
  return answer;
}

/** The client whose turn it is. */
export function clientAt({ clients }: JudgedWorld, at: number): SettlementClient {
  const client = clients[at % clients.length];
  if (!client) throw new Error('no client');
  return client;
}

export function resultOf(client: SettlementClient, settlementId: string) {
  return untilAnswered.execute(() => client.result(settlementId));
}
