import { BaseError, keccak256, parseTransaction, size, type Hex, type PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { encodeExecute, type Operation } from '../../../src/chains/encodeExecute';
import { TransientError } from '../../../src/domain/errors';
import { createLane } from '../../../src/lanes/createLane';
import { createMemoryJournal } from '../../../src/lanes/createMemoryJournal';
import type { Journal } from '../../../src/lanes/journal';
import { operationKeyOf } from '../../../src/lanes/operationKeyOf';
import { anOrder } from '../domain/orders';
import { createFakeChain, executionOf, fingerprint, gateway } from './fakeChain';

/*
 * Signing is real; the node is a fake, because it has to answer a send in the ways nodes answer, and because what was written
 * to the journal must be seen at the very moment the bytes arrive there.
 */

const account = privateKeyToAccount(`0x${'01'.repeat(32)}`);
const mint: Operation = { kind: 'Mint', attempt: 0, order: anOrder, fingerprint, signature: '0x' };

/** What a node says to a transaction it does not take, as viem hands it on. */
const nodeSays = (details: string): BaseError => new BaseError('the node refused', { details });

async function newWorld(onSend: (raw: Hex, sent: number) => void | Promise<void> = () => undefined) {
  const { chain: template } = createFakeChain();
  const sent: Hex[] = [];
  const client = {
    async getTransactionCount({ address, blockTag }: { address: string; blockTag: string }) {
      expect({ address, blockTag }).toEqual({ address: account.address, blockTag: 'pending' });
      return 7 + sent.length;
    },
    async estimateFeesPerGas() {
      return { maxFeePerGas: 30n, maxPriorityFeePerGas: 2n };
    },
    async readContract({ functionName, args }: { functionName: string; args?: readonly [number] }) {
      return functionName === 'gasBase' ? 1_000n : 100_000n * BigInt((args?.[0] ?? 0) + 1);
    },
    async sendRawTransaction({ serializedTransaction: raw }: { serializedTransaction: Hex }) {
      await onSend(raw, sent.length);
      sent.push(raw);
      return keccak256(raw);
    },
  };
  const chain = { ...template, client: client as unknown as PublicClient };
  const journal = createMemoryJournal();
  await journal.open(executionOf(1));
  return { chain, journal, sent, lane: createLane(chain, account, journal), key: operationKeyOf(chain, mint) };
}

describe('a lane', () => {
  it('signs what the gateway takes, with a gas limit that is never estimated', async () => {
    const { lane, sent } = await newWorld();
    const transaction = await lane.submit(mint, executionOf(1));
    const data = encodeExecute([mint]);
    expect(sent).toEqual([transaction.raw]);
    expect(transaction).toMatchObject({ hash: keccak256(transaction.raw), signer: account.address, nonce: 7 });
    expect(parseTransaction(transaction.raw)).toMatchObject({
      type: 'eip1559',
      chainId: 31_337,
      to: gateway.toLowerCase(),
      nonce: 7,
      data,
      // The base, the cap of a Mint (the third kind), and 40 a byte of calldata.
      gas: 1_000n + 300_000n + 40n * BigInt(size(data)),
      maxFeePerGas: 30n,
      maxPriorityFeePerGas: 2n,
    });
  });

  it('has journaled the bytes when they reach the node', async () => {
    let known: readonly string[] = [];
    const world = await newWorld(async () => {
      known = (await world.journal.find(world.key)).map(({ raw }) => raw);
    });
    const { raw } = await world.lane.submit(mint, executionOf(1));
    expect(known).toEqual([raw]);
  });

  it('sends nothing that it could not journal', async () => {
    const { lane, journal, sent, key } = await newWorld();
    await journal.open(executionOf(2));
    await expect(lane.submit(mint, executionOf(1))).rejects.toThrow(TransientError);
    expect(sent).toEqual([]);
    expect(await journal.find(key)).toEqual([]);
  });

  it('goes on after a failure: a lane is never left locked', async () => {
    const { chain, sent } = await newWorld();
    const journal: Journal = {
      ...createMemoryJournal(),
      record: jest.fn().mockRejectedValueOnce(new Error('disk full')).mockResolvedValue(undefined),
    };
    const lane = createLane(chain, account, journal);
    await expect(lane.submit(mint, executionOf(1))).rejects.toThrow('disk full');
    await lane.submit(mint, executionOf(1));
    expect(sent).toHaveLength(1);
  });

  it('hands out nonces one after the other, however many ask at once', async () => {
    const { lane, sent } = await newWorld(() => new Promise((resolve) => setTimeout(resolve, 5)));
    const transactions = await Promise.all(
      [0, 1, 2, 3].map((attempt) => lane.submit({ ...mint, attempt }, executionOf(1))),
    );
    expect(transactions.map(({ nonce }) => nonce)).toEqual([7, 8, 9, 10]);
    expect(sent).toEqual(transactions.map(({ raw }) => raw));
  });

  it('sends the same bytes again and signs nothing for it', async () => {
    const { lane, journal, sent, key } = await newWorld();
    const transaction = await lane.submit(mint, executionOf(1));
    await lane.rebroadcast(transaction);
    expect(sent).toEqual([transaction.raw, transaction.raw]);
    expect(await journal.find(key)).toEqual([transaction]);
  });

  it.each([
    'already known',
    'ALREADY KNOWN',
    'transaction already imported',
    'nonce too low',
    'nonce too low: next nonce 8, tx nonce 7',
    'transaction nonce is lower than the current nonce of the account',
  ])('takes "%s" for what a repeated send always gets', async (details) => {
    const { lane, journal, key } = await newWorld(() => Promise.reject(nodeSays(details)));
    const transaction = await lane.submit(mint, executionOf(1));
    expect(await journal.find(key)).toEqual([transaction]);
    await expect(lane.rebroadcast(transaction)).resolves.toBeUndefined();
  });

  it.each([
    'replacement transaction underpriced',
    'insufficient funds for gas * price + value',
    'intrinsic gas too low',
    'connection reset',
    'nonce too high',
  ])('does not know what became of it when the node says "%s"', async (details) => {
    const { lane, journal, key } = await newWorld(() => Promise.reject(nodeSays(details)));
    const refusal: unknown = await lane.submit(mint, executionOf(1)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TransientError);
    expect(refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    // It may have arrived all the same: the next execution finds it here.
    expect(await journal.find(key)).toHaveLength(1);
  });

  it('shows neither the key nor the signed bytes when a send fails', async () => {
    const { lane, journal, key } = await newWorld((raw) =>
      Promise.reject(nodeSays(`connection reset ${raw.slice(0, 2)}`)),
    );
    const refusal = await lane.submit(mint, executionOf(1)).catch((error: unknown) => error as Error);
    const [transaction] = await journal.find(key);
    const message = (refusal as Error).message;
    expect(message).not.toContain('01'.repeat(16));
    expect(message).not.toContain(transaction?.raw.slice(2, 66));
  });
});
