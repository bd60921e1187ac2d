import type { Hex } from 'viem';

/** A chain took back what it had called final: nothing that was proved from it before can be relied on. */
export interface Contradiction {
  /** The chain's name. */
  readonly chain: string;
  /**
   * finalizedRegressed: its final block is a lower one now. finalizedReplaced: it is as far or further, with another block at a
   * height that was final.
   */
  readonly kind: 'finalizedRegressed' | 'finalizedReplaced';
  /** What was final. */
  readonly from: { readonly number: bigint; readonly hash: Hex };
  /** What is final instead; of a replaced block the one at its height. */
  readonly to: { readonly number: bigint; readonly hash: Hex };
}
