import { gasLimitFlags, measureGas } from '../scripts/contracts/gas.mjs';
import { aborted } from './benchStack.mjs';
import { startAnvil, startGuard } from './project.mjs';

export const batchSizes = [1, 10, 100];

/** Gas of a burn and a mint together, from receipts, by batch size; on two chains of its own, of the working tree's contracts. */
export async function measureSettlementGas({ say, signal }) {
  const guard = await startGuard();
  try {
    const endpoints = [];
    for (const chainId of [31337, 31338]) {
      const { rpcUrl } = await startAnvil({ name: `gas-${chainId}`, chainId, guard, extraArgs: gasLimitFlags });
      endpoints.push({ chainId, url: rpcUrl });
    }
    const measured = measureGas({ batchSizes, happyOnly: true, endpoints, log: say });
    const { perSettlement } = await Promise.race([measured, aborted(signal)]);
    return batchSizes.map((size) => [size, perSettlement[size].burnAndMint]);
  } finally {
    await guard.close();
  }
}
