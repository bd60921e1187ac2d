import type { Hex } from 'viem';
import type { OrderIdentity } from '../domain/fingerprint';
import { isApplicable, isApplied, type OperationKind, type Slot } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';
import { readFinalBlock, type FinalBlock } from './readFinalBlock';
import { readSlot } from './readSlot';

export type TrackedOperation = OrderIdentity & { readonly kind: OperationKind; readonly attempt: number };
export type Sighting =
  | { readonly kind: 'final'; readonly slot: Slot; readonly block: FinalBlock; readonly transactionHash: Hex | null }
  | { readonly kind: 'superseded'; readonly slot: Slot; readonly block: FinalBlock }
  | { readonly kind: 'refused'; readonly transactionHash: Hex; readonly block: FinalBlock }
  | { readonly kind: 'dropped'; readonly transactionHash: Hex };
export interface Tracked {
  next(signal: AbortSignal): Promise<Sighting>;
  close(): void;
}
export interface BlockWatcher {
  track(operation: TrackedOperation): Tracked;
  poke(): void;
  finalBlock(): FinalBlock | null;
  stop(): void;
}

/** STAND-IN */
export function createBlockWatcher(chain: Chain): BlockWatcher {
  const tracked = new Map<object, { operation: TrackedOperation; queue: Sighting[]; wake: (() => void) | null }>();
  let final: FinalBlock | null = null;
  let seen: bigint | null = null;
  let stopped = false;
  let wakeUp: (() => void) | null = null;
  const hashes = new Map<string, Hex>();
  const round = async (): Promise<void> => {
    if (tracked.size === 0) {
      seen = null;
      return;
    }
    const now = await readFinalBlock(chain);
    if (final?.hash === now.hash && seen !== null) return;
    final = now;
    const from = seen === null || seen > now.number ? now.number : seen + 1n;
    seen = now.number;
    const logs = await askChain(chain, 'events', (client) =>
      client.getContractEvents({
        address: chain.config.gateway,
        abi: settlementGatewayAbi,
        fromBlock: from,
        toBlock: now.number,
      }),
    );
    for (const log of logs)
      if ('settlementKey' in log.args)
        hashes.set(log.args.settlementKey, log.transactionHash);
    const touched = [...tracked.values()].filter(({ operation }) => hashes.has(operation.settlementKey));
    await Promise.all(
      touched.map(async (one) => {
        const slot = await readSlot(chain, one.operation, { blockHash: now.hash });
        const transactionHash = hashes.get(one.operation.settlementKey) ?? null;
        const { kind, attempt } = one.operation;
        if (isApplied(slot, kind, attempt)) one.queue.push({ kind: 'final', slot, block: now, transactionHash });
        else if (!isApplicable(slot, kind, attempt)) one.queue.push({ kind: 'superseded', slot, block: now });
        else if (transactionHash) one.queue.push({ kind: 'refused', transactionHash, block: now });
        one.wake?.();
      }),
    );
    hashes.clear();
  };
  void (async () => {
    while (!stopped) {
      await round().catch(() => undefined);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, chain.config.pollIntervalMs);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    track(operation) {
      const key = {};
      const one = { operation, queue: [] as Sighting[], wake: null as (() => void) | null };
      tracked.set(key, one);
      return {
        close: () => void tracked.delete(key),
        next: (signal) =>
          new Promise((resolve, reject) => {
            const give = (): void => {
              const s = one.queue.shift();
              if (s) {
                one.wake = null;
                resolve(s);
              }
            };
            one.wake = give;
            give();
            signal.addEventListener(
              'abort',
              () => {
                one.wake = null;
                reject(new Error('aborted'));
              },
              { once: true },
            );
          }),
      };
    },
    poke: () => wakeUp?.(),
    finalBlock: () => final,
    stop() {
      stopped = true;
      wakeUp?.();
    },
  };
}
