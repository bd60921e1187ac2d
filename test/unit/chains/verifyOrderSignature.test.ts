import {
  parseSignature,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
  toHex,
  type Hex,
  type PublicClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Chain } from '../../../src/chains/chain';
import { verifyOrderSignature } from '../../../src/chains/verifyOrderSignature';
import { TransientError } from '../../../src/domain/errors';
import { fingerprintOf, orderTypedData } from '../../../src/domain/fingerprint';
import type { SettlementOrder } from '../../../src/domain/order';
import { addressOf, anOrder } from '../domain/orders';
import { createFakeChain, gateway } from '../lanes/fakeChain';
import { ecrecover } from './ecrecover';

const holder = privateKeyToAccount(`0x${'01'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'02'.repeat(32)}`);
const order: SettlementOrder = { ...anOrder, holder: holder.address };

/** A chain that knows one thing: whether the holder is a contract, and if so what it says of signatures. */
function chainWhere(wallet: 'none' | 'saysYes' | 'saysNo' | 'silent'): Chain {
  const client = {
    call: ecrecover,
    getCode: async () => (wallet === 'none' ? undefined : '0x60'),
    verifyHash: async () => {
      if (wallet === 'silent') throw new Error('connection reset');
      return wallet === 'saysYes';
    },
  };
  return { config: createFakeChain().chain.config, client: client as unknown as PublicClient };
}

const sign = (signed: SettlementOrder, by = holder, at = gateway): Promise<Hex> =>
  by.signTypedData(orderTypedData(signed, at));
const verdict = async (signature: Hex, wallet: Parameters<typeof chainWhere>[0] = 'none') =>
  verifyOrderSignature(chainWhere(wallet), order, fingerprintOf(order, gateway), signature);

describe("the holder's signature", () => {
  it('is valid over this very order at this very gateway', async () => {
    expect(await verdict(await sign(order))).toBe('valid');
  });

  it('of a plain account is invalid for ever when it is of another, or of nobody', async () => {
    expect(await verdict(await sign(order, stranger))).toBe('invalidForEver');
    for (const junk of ['0x', '0x00', toHex('junk'), `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`] as const) {
      expect(await verdict(junk)).toBe('invalidForEver');
    }
  });

  it.each<[string, Partial<SettlementOrder>]>([
    ['another id', { settlementId: 'settlement-2' }],
    ['another recipient', { recipient: addressOf(0x66) }],
    ['another amount', { amount: order.amount + 1n }],
    ['another destination', { destinationChainId: 5n }],
    ['another source chain', { sourceChainId: 5n }],
    ['more attempts', { maxAttempts: 4 }],
    ['a later end', { validBefore: order.validBefore + 1n }],
  ])('does not serve for %s', async (_, other) => {
    expect(await verdict(await sign({ ...order, ...other }))).toBe('invalidForEver');
  });

  it('does not serve at another gateway', async () => {
    expect(await verdict(await sign(order, holder, addressOf(0xbb)))).toBe('invalidForEver');
  });

  it('of a contract wallet is what the wallet says, and its no can change', async () => {
    expect(await verdict('0x1234', 'saysYes')).toBe('valid');
    expect(await verdict('0x1234', 'saysNo')).toBe('invalidNow');
  });

  it('of a contract wallet is unknown while the chain does not answer', async () => {
    await expect(verdict('0x1234', 'silent')).rejects.toThrow(TransientError);
  });

  it('of an account that also has code is valid by its key alone', async () => {
    expect(await verdict(await sign(order), 'saysNo')).toBe('valid');
  });
});

/** The holder's own signature, written in ways that the gateway does not take: it wants 65 bytes, v 27 or 28, a low s. */
describe('a signature that the gateway refuses', () => {
  const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

  it('is not valid here either: 64 bytes (EIP-2098)', async () => {
    expect(
      await verdict(serializeCompactSignature(signatureToCompactSignature(parseSignature(await sign(order))))),
    ).toBe('invalidForEver');
  });

  it('is not valid here either: v 0 or 1', async () => {
    const signature = await sign(order);
    const { yParity } = parseSignature(signature);
    expect(await verdict(`${signature.slice(0, -2)}0${yParity}` as Hex)).toBe('invalidForEver');
  });

  it('is not valid here either: a high s', async () => {
    const { r, s, yParity } = parseSignature(await sign(order));
    const highS = toHex(curveOrder - BigInt(s), { size: 32 });
    expect(await verdict(serializeSignature({ r, s: highS, yParity: yParity === 0 ? 1 : 0 }))).toBe('invalidForEver');
  });
});
