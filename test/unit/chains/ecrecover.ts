import { hexToBigInt, pad, recoverAddress, serializeSignature, slice, type Hex } from 'viem';

/** The precompiled contract at address 1, for chains that exist only in a test: 32 bytes, or none where nobody signed. */
export async function ecrecover({ data }: { data: Hex }): Promise<{ data: Hex | undefined }> {
  const v = hexToBigInt(slice(data, 32, 64));
  if (v !== 27n && v !== 28n) return { data: undefined };
  try {
    const signature = serializeSignature({ r: slice(data, 64, 96), s: slice(data, 96, 128), yParity: Number(v) - 27 });
    return { data: pad(await recoverAddress({ hash: slice(data, 0, 32), signature })) };
  } catch {
    return { data: undefined };
  }
}
