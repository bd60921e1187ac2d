import type { Address, Hex } from 'viem';
import type { GatewayAnswer, GatewayOperation, GatewayState } from './gatewayRules';

/** What a simulated chain is made of, and how it is drawn. */

export interface ChainTransaction {
  readonly hash: Hex;
  readonly signer: Address;
  readonly nonce: number;
  readonly operations: readonly GatewayOperation[];
}

export interface Included {
  readonly transaction: ChainTransaction;
  /** One for each operation; null: the transaction reverted as a whole. */
  readonly answers: readonly GatewayAnswer[] | null;
}

export interface SimulatedBlock extends GatewayState {
  readonly number: bigint;
  readonly hash: Hex;
  readonly timestamp: bigint;
  readonly nonces: Readonly<Record<Address, number>>;
  readonly included: readonly Included[];
}

export interface ChainPolicy {
  readonly name: string;
  readonly blockMs: number;
  readonly confirmations: number;
  /** How far the chain's clock is from everybody else's. */
  readonly skewMs: number;
  /** Chances of what the pool does with what it is given. */
  readonly drops: number;
  readonly delays: number;
  readonly reverts: number;
}
