import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { randomBytes } from 'node:crypto';
import { createEncryptionCodec } from '../../../src/payloads/createEncryptionCodec';
import type { PayloadKey } from '../../../src/payloads/loadPayloadKeys';

const key = (id: string): PayloadKey => ({ id, key: randomBytes(32) });
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

describe('the encryption codec', () => {
  const first = key('2026-01');
  const codec = createEncryptionCodec([first]);
  const order = { recipient: '0x1111', amount: '12' };
  const plain: Payload[] = [order, undefined, 'text', null].map((value) => defaultPayloadConverter.toPayload(value));
  const sealedOne = async (): Promise<Payload> => (await codec.encode(plain))[0] as Payload;

  it('gives back what it was given, metadata and empty payloads included', async () => {
    const back = await codec.decode(await codec.encode(plain));
    expect(back.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
      order,
      undefined,
      'text',
      null,
    ]);
    expect(await codec.encode([])).toEqual([]);
  });

  it('shows the id of the key and nothing of what it hides, never twice the same', async () => {
    const [one, other] = [await sealedOne(), await sealedOne()];
    expect(Object.entries(one.metadata ?? {}).map(([name, value]) => [name, textOf(value)])).toEqual([
      ['encoding', 'binary/encrypted'],
      ['encryption-key-id', '2026-01'],
    ]);
    expect(textOf(one.data)).not.toMatch(/recipient|json/);
    expect(Buffer.from(one.data ?? [])).not.toEqual(Buffer.from(other.data ?? []));
    const nonces = [one, other].map(({ data }) =>
      Buffer.from(data ?? [])
        .subarray(0, 12)
        .toString('hex'),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('refuses what was altered anywhere, cut short, or encrypted with another key of that name', async () => {
    const sealed = await sealedOne();
    const data = Buffer.from(sealed.data ?? []);
    const altered = [0, 12, data.length - 1].map((at) => {
      const copy = Buffer.from(data);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    });
    const cut = [Buffer.alloc(0), data.subarray(0, 12), data.subarray(0, 20), data.subarray(0, -1)];
    for (const wrong of [...altered, ...cut]) {
      await expect(codec.decode([{ ...sealed, data: wrong }])).rejects.toMatchObject({ code: 'PAYLOAD_BROKEN' });
    }
    const impostor = createEncryptionCodec([key(first.id)]);
    await expect(impostor.decode([sealed])).rejects.toMatchObject({ code: 'PAYLOAD_BROKEN' });
  });

  it('encrypts with the first key and decrypts with every one', async () => {
    const second = key('2026-07');
    const rotated = createEncryptionCodec([second, first]);
    const old = await sealedOne();
    const [fresh] = await rotated.encode(plain);
    expect(textOf(fresh?.metadata?.['encryption-key-id'])).toBe('2026-07');
    const both = await rotated.decode([old, fresh as Payload]);
    expect(both.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([order, order]);
    const late = codec.decode([fresh as Payload]);
    await expect(late).rejects.toMatchObject({
      code: 'PAYLOAD_KEY_UNKNOWN',
      message: expect.stringContaining('2026-07'),
    });
  });

  it('lets what is not encrypted through as it is', async () => {
    const mixed = [plain[0] as Payload, await sealedOne(), { data: Buffer.from('no metadata') }];
    const [through, opened, bare] = await codec.decode(mixed);
    expect(through).toBe(mixed[0]);
    expect(bare).toBe(mixed[2]);
    expect(defaultPayloadConverter.fromPayload(opened as Payload)).toEqual(order);
  });
});
