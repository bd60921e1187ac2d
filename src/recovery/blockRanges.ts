export interface BlockSpan {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

/** The blocks of a span, both ends in it, in pieces that a node answers at once. */
export function* blockRanges({ fromBlock, toBlock }: BlockSpan, blocksPerRead: number): Generator<BlockSpan> {
  for (let from = fromBlock; from <= toBlock; from += BigInt(blocksPerRead)) {
    const end = from + BigInt(blocksPerRead) - 1n;
    yield { fromBlock: from, toBlock: end < toBlock ? end : toBlock };
  }
}
