import type { Logger } from 'pino';
import type { ClientContext } from '../client/context';
import type { Progress } from '../client/progress/progress';
import type { EventTail } from './createEventTail';
import type { Intake } from './createIntake';
import type { RateMeter } from './createRateMeter';
import type { Streams } from './createStreams';
import type { TokenSupply } from './createSupply';
import type { UnderWay } from './createUnderWay';
import type { RouteInfo } from './readRoutes';
import type { ApiLedger } from '../ledger/createApiLedger';

/** What every route works with. */
export interface ApiContext {
  readonly client: ClientContext;
  readonly ledger: ApiLedger;
  readonly tail: EventTail;
  readonly streams: Streams;
  readonly routeInfos: () => Promise<readonly RouteInfo[]>;
  readonly supply: () => Promise<readonly TokenSupply[]>;
  readonly progress: (settlementId: string) => Promise<Progress>;
  readonly underWay: UnderWay;
  readonly intake: Intake;
  /** New settlements, as they are submitted. */
  readonly submissions: RateMeter;
  readonly log: Logger;
}
