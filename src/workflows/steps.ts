import { proxyActivities } from '@temporalio/workflow';
import type { ResolutionActivities } from '../domain/messages';
import type { SettlementActivities } from '../domain/steps';
import {
  burnOptions,
  cancelMintOptions,
  mintOptions,
  recordOptions,
  refundOptions,
  reverseMintOptions,
} from './activityOptions';

/** The saga's steps, each with its own options and retry policy. */
export const { burn } = proxyActivities<SettlementActivities>(burnOptions);
export const { cancelMint } = proxyActivities<SettlementActivities>(cancelMintOptions);
export const { refund } = proxyActivities<SettlementActivities>(refundOptions);
export const { recordResolution } = proxyActivities<ResolutionActivities>(recordOptions);
export const { reverseMint } = proxyActivities<SettlementActivities>(reverseMintOptions);

/** The mint's window is the destination chain's policy, known once the burn is final; undefined: as long as it takes. */
export function mintWithin(mintWindowMs: number | undefined): SettlementActivities['mint'] {
  return proxyActivities<SettlementActivities>(mintOptions(mintWindowMs)).mint;
}
