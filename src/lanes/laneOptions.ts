/** How a lane behaves; one set for all lanes of a worker. */
export interface LaneOptions {
  /** A lease that is not extended for so long is free for other workers. */
  readonly leaseTtlMs: number;
  /** A lane that had nothing to do for so long is given back. */
  readonly idleMs: number;
  /** While other operations are on their way, a new one waits so long for company; alone, none waits. */
  readonly lingerMs: number;
  readonly mostOperations: number;
  /** What is not in after so long is sent again, the same bytes. */
  readonly rebroadcastAfterMs: number;
  /** What is still not in after so long is replaced on its nonce, at a higher fee. */
  readonly bumpAfterMs: number;
  /** The most a gas unit may cost, in wei; at the cap the same bytes go on being sent. */
  readonly maxFeePerGasWei: bigint;
}
