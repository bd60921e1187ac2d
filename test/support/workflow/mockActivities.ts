import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Alert, AlertActivities } from '../../../src/domain/alert';
import type { ResolutionActivities, ResolutionRecord } from '../../../src/domain/messages';
import type { SettlementActivities } from '../../../src/domain/steps';
import type { Behaviour } from './behaviours';
import { inTime } from './inTime';

export type Step = keyof SettlementActivities;
type Request<S extends Step> = Parameters<SettlementActivities[S]>[0];
type Answer<S extends Step> = Awaited<ReturnType<SettlementActivities[S]>>;

/** What each execution of each step does: the first entry the first execution, the last entry every later one. */
export type Script = { readonly [S in Step]?: readonly Behaviour<Answer<S>>[] };

/** One execution of a step; Temporal's retries of an activity are executions of their own. */
export type Call = { [S in Step]: { readonly step: S; readonly request: Request<S>; readonly tries: number } }[Step];

/** What became of one settlement's mocked activities. */
export interface Performance {
  readonly calls: readonly Call[];
  /** Executions in order: `['burn', 'mint']`. */
  readonly steps: readonly Step[];
  requests<S extends Step>(step: S): readonly Request<S>[];
  /** What whoever is on call was told; no step of the saga. */
  readonly alerts: readonly Alert[];
  /** Operators' words, as the ledger keeps them. */
  readonly resolutions: readonly ResolutionRecord[];
  /** Resolves when the step's nth execution has begun. */
  entered(step: Step, nth?: number): Promise<void>;
}

/**
 * Mocked activities: they move no money and ask no chain, they only do what a test wrote down for its settlement. One set
 * serves any number of settlements on one worker.
 */
export class MockActivities {
  private readonly stages = new Map<string, Stage>();

  readonly activities: SettlementActivities & AlertActivities & ResolutionActivities = {
    burn: (request) => this.perform('burn', request),
    mint: (request) => this.perform('mint', request),
    cancelMint: (request) => this.perform('cancelMint', request),
    refund: (request) => this.perform('refund', request),
    reverseMint: (request) => this.perform('reverseMint', request),
    alert: (alert) => this.note(alert),
    recordResolution: (record) => this.keep(record),
  };

  script(settlementId: string, script: Script): Performance {
    const stage = new Stage(script);
    this.stages.set(settlementId, stage);
    return stage;
  }

  private async keep(record: ResolutionRecord): Promise<void> {
    this.stages.get(record.settlementId)?.resolutions.push(record);
  }

  private async note(alert: Alert): Promise<void> {
    this.stages.get(Context.current().info.workflowExecution?.workflowId ?? '')?.alerts.push(alert);
  }

  private perform<S extends Step>(step: S, request: Request<S>): Promise<Answer<S>> {
    const { workflowExecution, attempt } = Context.current().info;
    const stage = this.stages.get(workflowExecution?.workflowId ?? '');
    if (!stage)
      throw ApplicationFailure.nonRetryable(`no test wrote a script for ${workflowExecution?.workflowId ?? 'it'}`);
    return stage.perform(step, request, attempt);
  }
}

class Stage implements Performance {
  readonly calls: Call[] = [];
  readonly alerts: Alert[] = [];
  readonly resolutions: ResolutionRecord[] = [];
  private readonly waiting: { readonly step: Step; readonly nth: number; readonly resolve: () => void }[] = [];

  constructor(private readonly script: Script) {}

  get steps(): readonly Step[] {
    return this.calls.map(({ step }) => step);
  }

  requests<S extends Step>(step: S): readonly Request<S>[] {
    return this.calls.filter((call) => call.step === step).map(({ request }) => request as Request<S>);
  }

  entered(step: Step, nth = 1): Promise<void> {
    const entered = new Promise<void>((resolve) => {
      if (this.count(step) >= nth) resolve();
      else this.waiting.push({ step, nth, resolve });
    });
    return inTime(entered, `${step} was not run ${nth} times (there were: ${this.steps.join(', ')})`);
  }

  async perform<S extends Step>(step: S, request: Request<S>, tries: number): Promise<Answer<S>> {
    this.calls.push({ step, request, tries } as Call);
    const nth = this.count(step);
    for (const waiter of this.waiting) if (waiter.step === step && waiter.nth <= nth) waiter.resolve();

    const behaviours: readonly Behaviour<Answer<S>>[] = this.script[step] ?? [];
    const behaviour = behaviours[nth - 1] ?? behaviours.at(-1);
    if (!behaviour) throw ApplicationFailure.nonRetryable(`mock: ${step} is not in this test's script`, 'INTERNAL');
    return behaviour();
  }

  private count(step: Step): number {
    return this.calls.filter((call) => call.step === step).length;
  }
}
