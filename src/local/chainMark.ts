import { existsSync, readFileSync } from 'node:fs';
import { keccak256, type Address, type Hex } from 'viem';
import { rpcCall } from './rpcCall';

/**
 * What was last seen of a chain, kept beside its state: enough to tell later whether the chain lost some of it. A block's hash
 * stands for all before it, but for block 0: anvil makes a new one at every load, and which one it then shows is chance.
 */
export interface ChainMark {
  readonly gateway: Address;
  readonly gatewayCodeHash: Hex;
  /** The latest block with a transaction in it. Empty blocks after it may be lost and nobody is poorer. */
  readonly block: { readonly number: number; readonly hash: Hex };
}

export interface BlockHead {
  readonly number: number;
  readonly hash: Hex;
  readonly transactionCount: number;
}

interface RpcBlock {
  readonly number: Hex;
  readonly hash: Hex;
  readonly transactions: readonly Hex[];
}

/** A block's head by number or tag, or null where there is none. */
export async function readHead(rpcUrl: string, at: number | 'latest'): Promise<BlockHead | null> {
  const tag = at === 'latest' ? at : `0x${at.toString(16)}`;
  const block = await rpcCall<RpcBlock | null>(rpcUrl, 'eth_getBlockByNumber', [tag, false], 5_000);
  if (!block) return null;
  return {
    number: Number(block.number),
    hash: block.hash,
    transactionCount: block.transactions.length,
  };
}

export async function readCodeHash(rpcUrl: string, address: Address): Promise<Hex> {
  return keccak256(await rpcCall<Hex>(rpcUrl, 'eth_getCode', [address, 'latest']));
}

export function readMark(file: string): ChainMark | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ChainMark) : undefined;
}
