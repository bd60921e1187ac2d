import { keccak256, parseTransaction, type PublicClient } from 'viem';
import type { Chain } from '../../../src/chains/chain';
import { operationKinds } from '../../../src/domain/slot';
import { createSigning } from '../../../src/lanes/createSigning';
import type { LaneOperation } from '../../../src/lanes/lane';
import { devAccounts } from '../../../src/local/devAccounts';
import { createLocalSigner } from '../../../src/signers/createLocalSigner';
import { anOrder } from '../domain/orders';
import { createFakeChain, fingerprint, owner, settlementKey } from './fakeChain';

const gasBase = 90_000n;
/** In the order of the kinds. */
const gasCaps = [160_000n, 120_000n, 150_000n, 60_000n, 110_000n];
const fees = { maxFeePerGas: 30n, maxPriorityFeePerGas: 2n };
const signer = createLocalSigner(devAccounts().settler.privateKey);

const burns = (count: number): LaneOperation[] =>
  Array.from({ length: count }, () => ({
    kind: 'Burn',
    attempt: 0,
    order: anOrder,
    settlementId: anOrder.settlementId,
    settlementKey,
    fingerprint,
    owner,
    signature: `0x${'ab'.repeat(65)}`,
  }));

/** A chain with the gateway's constants and blocks of this size. */
function signingOn(gasLimit: bigint) {
  const client = {
    getBlock: async () => ({ gasLimit }),
    readContract: async ({ functionName, args }: { functionName: string; args?: [number] }) =>
      functionName === 'gasBase' ? gasBase : gasCaps[args?.[0] ?? 0],
  };
  const chain: Chain = { config: createFakeChain().chain.config, client: client as unknown as PublicClient };
  return createSigning(chain, signer);
}

async function gasOf(signing: Awaited<ReturnType<typeof signingOn>>, operations: readonly LaneOperation[]) {
  return parseTransaction((await signing.sign(0, operations, fees)).raw).gas ?? 0n;
}

describe('what a lane signs', () => {
  it('is the nonce, the fees and the operations it was given, under its hash', async () => {
    const signing = await signingOn(30_000_000n);
    const { hash, raw, ...signed } = await signing.sign(7, burns(2), fees);
    expect(signed).toEqual(fees);
    expect(hash).toBe(keccak256(raw));
    expect(parseTransaction(raw)).toMatchObject({ nonce: 7, chainId: 31_337, ...fees });
  });

  it.each(operationKinds.map((kind, index) => [kind, gasCaps[index] ?? 0n] as const))(
    'has the gas that a %s may take, whatever its calldata costs',
    async (kind, cap) => {
      const signing = await signingOn(30_000_000n);
      const operations = burns(3).map((operation) => ({ ...operation, kind }));
      const { raw } = await signing.sign(0, operations, fees);
      const { gas, data = '0x' } = parseTransaction(raw);
      expect(gas).toBe(gasBase + 3n * cap + BigInt((data.length - 2) / 2) * 40n);
    },
  );
});

describe('how many operations share a transaction', () => {
  it('is never more than was asked, nor none', async () => {
    const signing = await signingOn(30_000_000n);
    expect(signing.take(burns(5), 3)).toBe(3);
    expect(signing.take(burns(2), 3)).toBe(2);
    expect((await signingOn(1n)).take(burns(2), 3)).toBe(1); // it cannot wait for a larger block
  });

  // 2^24 is EIP-7825's: a node takes no transaction that asks for more.
  it.each([
    [8_000_000n, 4_000_000n],
    [30_000_000n, 15_000_000n],
    [60_000_000n, 2n ** 24n],
    [1_000_000_000n, 2n ** 24n],
  ])('is as many as fit: blocks of %d gas, at most %d a transaction', async (gasLimit, mostGas) => {
    const signing = await signingOn(gasLimit);
    const waiting = burns(500);
    const count = signing.take(waiting, 500);
    const asked = await gasOf(signing, waiting.slice(0, count));
    expect(asked).toBeLessThanOrEqual(mostGas);
    expect(asked).toBeGreaterThan((mostGas * 8n) / 10n); // and not far fewer
  });
});
