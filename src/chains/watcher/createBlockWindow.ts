import type { Header } from './readHeader';

/** The newest blocks of the chain as they were last seen: one a height, each the parent of the next. */
export interface BlockWindow {
  readonly tip: Header | null;
  readonly lowest: Header | null;
  at(number: bigint): Header | undefined;
  /** Puts a branch (rising, linked, its first block's parent in the window) in place of what stood above that parent. */
  graft(branch: readonly Header[]): void;
  cutAbove(number: bigint): void;
  restart(head: Header): void;
  forgetBelow(number: bigint): void;
}

export function createBlockWindow(): BlockWindow {
  let headers: Header[] = [];
  const indexOf = (number: bigint): number => Number(number - (headers[0]?.number ?? 0n));
  const cutAbove = (number: bigint): void => {
    headers = headers.slice(0, Math.max(0, indexOf(number) + 1));
  };
  return {
    get tip() {
      return headers.at(-1) ?? null;
    },
    get lowest() {
      return headers[0] ?? null;
    },
    at(number) {
      const index = indexOf(number);
      return index < 0 ? undefined : headers[index];
    },
    graft(branch) {
      const [first] = branch;
      if (!first) return;
      cutAbove(first.number - 1n);
      if (headers.at(-1)?.hash !== first.parentHash) throw new Error('a branch that does not join');
      headers.push(...branch);
    },
    cutAbove,
    restart(head) {
      headers = [head];
    },
    forgetBelow(number) {
      const index = indexOf(number);
      if (index > 0) headers = headers.slice(Math.min(index, headers.length - 1));
    },
  };
}
