import type { z } from 'zod';
import type { infoSchema, pageSchema, progressSchema, recordSchema, supplySchema } from '../schemas';

/** What the API answers, from the schemas it is served by: the page is checked against them. */
export type SettlementRecord = z.output<typeof recordSchema>;
export type SettlementPage = z.output<typeof pageSchema>;
export type Progress = z.output<typeof progressSchema>;
export type Step = Progress['steps'][number];
export type Info = z.output<typeof infoSchema>;
export type Supply = z.output<typeof supplySchema>;

export interface SettlementEvent extends Pick<
  SettlementRecord,
  'settlementId' | 'status' | 'attempt' | 'burnTxHash' | 'mintTxHash' | 'refundTxHash' | 'compensated' | 'needsOperator'
> {
  readonly seq: number;
  readonly from: SettlementRecord['status'] | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly at: string;
}

export type Child = Node | string | number | null | undefined | false | readonly Child[];
export type Props = Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>;

/** What a view is given, and what it gives back to end it. */
export interface Shell {
  readonly root: HTMLElement;
  readonly signal: AbortSignal;
  /** Told to whoever listens to the screen. */
  announce(text: string): void;
  /** Whether the API answers, for the light in the corner. */
  isAway(away: boolean): void;
  /** What concerns every view: 401. */
  signOut(why: string): void;
}
