import { askChain, type Chain } from '../chains/chain';

/** Both per gas unit, in wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A node asks at least 10 % more for another transaction on the same nonce (geth's and anvil's `pricebump`); 12.5 % clears it. */
const bumpNumerator = 9n;
const bumpDenominator = 8n;
/** Fees older than this are read again before they are used, younger ones beside their use. */
const usableMs = 10_000;
const freshMs = 1_000;

/** Reads what the chain asks; room for the base fee to double, unused fees are not paid. */
export async function readFees(chain: Chain): Promise<Fees> {
  return askChain(chain, 'its fees', async (client) => {
    const [block, maxPriorityFeePerGas] = await Promise.all([
      client.getBlock({ blockTag: 'latest' }),
      client.estimateMaxPriorityFeePerGas(),
    ]);
    return { maxFeePerGas: (block.baseFeePerGas ?? 0n) * 2n + maxPriorityFeePerGas, maxPriorityFeePerGas };
  });
}

/** The fees to sign with now; asked at most once a second, and waited for only when the last answer is old. */
export function createFeeSource(chain: Chain): () => Promise<Fees> {
  let last: { fees: Fees; at: number } | null = null;
  let asking: Promise<Fees> | null = null;
  const ask = (): Promise<Fees> => {
    asking ??= readFees(chain)
      .then((fees) => {
        last = { fees, at: Date.now() };
        return fees;
      })
      .finally(() => (asking = null));
    return asking;
  };
  return async () => {
    const ageMs = last ? Date.now() - last.at : Infinity;
    if (!last || ageMs > usableMs) return ask();
    if (ageMs > freshMs) ask().catch(() => undefined); // the next one waits for it if it must
    return last.fees;
  };
}

/** What a replacement must offer: enough more than before, and what the chain asks now as far as the cap allows; null at the cap. */
export function bumpedFees(before: Fees, now: Fees, maxFeePerGasWei: bigint): Fees | null {
  const more = (fee: bigint): bigint => (fee * bumpNumerator) / bumpDenominator + 1n;
  const asked = cappedFees(now, maxFeePerGasWei);
  const maxPriorityFeePerGas = larger(more(before.maxPriorityFeePerGas), asked.maxPriorityFeePerGas);
  const maxFeePerGas = larger(larger(more(before.maxFeePerGas), asked.maxFeePerGas), maxPriorityFeePerGas);
  return maxFeePerGas <= maxFeePerGasWei ? { maxFeePerGas, maxPriorityFeePerGas } : null;
}

export function cappedFees(fees: Fees, maxFeePerGasWei: bigint): Fees {
  const smaller = (fee: bigint): bigint => (fee < maxFeePerGasWei ? fee : maxFeePerGasWei);
  return { maxFeePerGas: smaller(fees.maxFeePerGas), maxPriorityFeePerGas: smaller(fees.maxPriorityFeePerGas) };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
