import './workflowGlobals';
import { defaultFailureConverter, defaultPayloadConverter, toPayloads } from '@temporalio/common';
import { setActivator } from '@temporalio/workflow/lib/global-attributes';
import { Activator } from '@temporalio/workflow/lib/internals';
import { activate, concludeActivation, tryUnblockConditions } from '@temporalio/workflow/lib/worker-interface';
import type { coresdk } from '@temporalio/proto';
import { recordQuery, workflowType } from '../../src/domain/messages';
import type { SettlementRecord } from '../../src/domain/record';
import { settlementWorkflow } from '../../src/workflows';
import { drain } from './clock';

/*
 * The worker's half of one workflow run: the REAL workflow in the REAL @temporalio/workflow runtime, fed with activations and read
 * by its commands as the SDK's core does it. FAKE: the sandbox (it runs among everything else) and the core itself.
 */

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

export interface RunStart {
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAt: number;
  readonly args: readonly unknown[];
}

export class WorkflowRun {
  private readonly activator: Activator;

  constructor({ workflowId, runId, startedAt, args }: RunStart) {
    const info = {
      ...{ workflowId, runId, workflowType, namespace: 'simulation', taskQueue: 'settlements', attempt: 1 },
      startTime: new Date(startedAt),
      runStartTime: new Date(startedAt),
      unsafe: { isReplaying: false, now: () => startedAt },
    };
    this.activator = new Activator({
      info,
      randomnessSeed: [1],
      now: startedAt,
      showStackTraceSources: false,
      sourceMap: {},
      registeredActivityNames: new Set<string>(),
      getTimeOfDay: () => 0n,
      stackTracesEnabled: false,
    } as unknown as ConstructorParameters<typeof Activator>[0]);
    this.activator.workflow = settlementWorkflow;
    this.first = { initializeWorkflow: { arguments: toPayloads(defaultPayloadConverter, ...args) ?? [], headers: {} } };
  }

  private readonly first: Job;

  async start(): Promise<readonly Command[]> {
    setActivator(this.activator);
    this.activator.initializeWorkflow(this.first.initializeWorkflow as never);
    return this.take([{ ...this.first, variant: 'initializeWorkflow' }]);
  }

  /**
   * One workflow task, to where the workflow waits again.
   * @throws whatever fails the task: Temporal would try it again for ever
   */
  async take(jobs: readonly Job[]): Promise<readonly Command[]> {
    setActivator(this.activator);
    try {
      activate({ jobs: [...jobs] });
      do await drain();
      while (tryUnblockConditions() > 0);
      const { successful } = concludeActivation();
      this.activator.getAndResetSinkCalls();
      return successful?.commands ?? [];
    } finally {
      setActivator(undefined);
    }
  }

  /** What the workflow answers to its query; null before it can. */
  record(): SettlementRecord | null {
    const answer = this.activator.queryHandlers.get(recordQuery)?.handler();
    return (answer as SettlementRecord | undefined) ?? null;
  }
}

/** A job as the core names it. */
export function job(variant: string, content: object): Job {
  return { variant, [variant]: content } as Job;
}

export function failureOf(error: unknown) {
  return defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
}
