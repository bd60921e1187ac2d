import type { ErrorCode } from './errorCodes';

/** Something that a person on call must know. What stands in it lands in histories, logs and at the receiver: no key ever does. */
export interface Alert {
  /** Of the trouble, not of the message: what is told again under the same key is one incident. At most 255 characters. */
  readonly key: string;
  readonly action: 'trigger' | 'resolve';
  readonly severity: 'critical' | 'error' | 'warning';
  readonly code: ErrorCode;
  /** One line. */
  readonly summary: string;
  /** What it is about: a settlement, a route, a chain. */
  readonly component: string;
  readonly details: Readonly<Record<string, string>>;
}

export interface AlertActivities {
  alert(alert: Alert): Promise<void>;
}
