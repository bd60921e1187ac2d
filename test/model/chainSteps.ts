import { finalize, land, latestOf, reorg, type Chain } from './chain';
import { isBurned } from './gateway';
import type { Look, Step } from './look';
import type { State } from './state';
import { blockEvent, effectOf, emptyOf, isReplacedCode, type TransactionCode } from './transaction';

type Side = 'source' | 'destination';

const texts = {
  Burn: 'a burn is included',
  Empty: "a transaction without the burn is included, on a burn's nonce",
  Refund: 'a refund is included',
  Mint: 'a mint is included',
  CancelMint: 'a tombstone is included',
  Expire: 'block time reaches validBefore',
  Revoke: 'the holder revokes the order',
} as const;

/** What the chains do: they include what is in their pools in any order, make it final, or drop it again. */
export function chainSteps(look: Look): Step[] {
  return [...stepsOf(look, 'source'), ...stepsOf(look, 'destination'), ...outage(look)];
}

function stepsOf(look: Look, side: Side): Step[] {
  const { state, bounds, applies } = look;
  const chain = state[side];
  const steps: Step[] = [];
  const go = (says: string, cause: Step['cause'], next: Chain) =>
    steps.push({ says: `${side}: ${says}`, cause, next: { ...state, [side]: next } });
  const [oldest] = chain.suffix;
  if (oldest !== undefined) {
    go(`${effectOf(oldest)} becomes final`, 'system', finalize(chain, applies));
    if (bounds.hasReorgs) go('a reorg drops the newest transaction', 'fault', reorg(chain));
  }
  if (chain.suffix.length >= bounds.suffix) return steps;
  for (const code of includable(look, side)) go(texts[effectOf(code)], causeOf(code), land(chain, code));
  return steps;
}

const causeOf = (code: TransactionCode): Step['cause'] => (effectOf(code) === 'Revoke' ? 'people' : 'system');

function includable({ state, bounds, applies }: Look, side: Side): readonly TransactionCode[] {
  const chain = state[side];
  const codes: TransactionCode[] = [];
  for (const code of chain.pool) {
    if (codes.includes(code)) continue;
    codes.push(code);
    if (isReplacedCode(code)) codes.push(emptyOf(code));
  }
  const latest = latestOf(chain, applies);
  if (bounds.hasExpiry && !latest.isExpired) codes.push(blockEvent('Expire'));
  const isRevocable = side === 'source' && bounds.hasRevocation && !latest.isRevoked && !isBurned(latest.slot);
  if (isRevocable) codes.push(blockEvent('Revoke'));
  return codes;
}

/** For the workers the destination is away; the chain itself may go on. */
function outage({ state, bounds }: Look): Step[] {
  const flip = (isUp: boolean): State => ({ ...state, isUp });
  if (!state.isUp) return [{ says: 'the destination answers again', cause: 'system', next: flip(true) }];
  return bounds.hasOutage ? [{ says: 'the destination stops answering', cause: 'fault', next: flip(false) }] : [];
}
