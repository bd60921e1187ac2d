import { cancelUpdate, resolveUpdate, retryUpdate, type Resolution } from '../../src/domain/messages';
import { Run } from './simulatedTemporal';
import type { World } from './world';

/*
 * FAKE: the clients, by the rules of src/client: who starts, retries, cancels and resolves, and the operator with Temporal's own
 * command line. A start is let in where no run ever was, a retry after a run that did not complete.
 */
export class Callers {
  run: Run | null = null;
  private runs = 0;

  constructor(private readonly world: World) {}

  start(): void {
    if (!this.run) return this.open('start');
    this.world.faults.startedAgain += 1;
    this.world.note('caller: starts it again, and gets what stands');
  }

  retry(): void {
    const { run, world } = this;
    if (!run || run.ended?.state === 'COMPLETED') return;
    if (!run.ended) return this.tell('retry', retryUpdate, []);
    const { slot, timestamp } = world.source.chain.final();
    if (slot.state !== 'Burned' && timestamp >= world.order.validBefore)
      return world.note('caller: a retry is EXPIRED');
    world.faults.retriedByCaller += 1;
    this.open('retry');
  }

  /** `temporal workflow start`, which asks nothing before it starts. */
  startRaw(kind: 'start' | 'retry'): void {
    this.open(kind);
  }

  cancel(): void {
    if (this.run && !this.run.ended) this.tell('cancel', cancelUpdate, [], () => (this.world.faults.userCancel += 1));
  }

  cancelByTemporal(): void {
    if (!this.run || this.run.ended) return;
    this.world.faults.temporalCancel += 1;
    this.world.note('operator: temporal workflow cancel');
    this.run.cancel();
  }

  resolve(action: Resolution['action'], onTaken: () => void = () => undefined): void {
    if (!this.run || this.run.ended) return;
    const word: Resolution = { action, by: 'operator', evidence: 'a simulated look at both chains' };
    this.tell(`resolve ${action}`, resolveUpdate, [word], onTaken);
  }

  terminate(): void {
    if (!this.run || this.run.ended) return;
    this.world.faults.terminated += 1;
    this.world.note('operator: temporal workflow terminate');
    this.run.terminate();
  }

  /** Temporal's retention: the closed run is gone. */
  forget(): void {
    if (this.run?.ended) this.run = null;
  }

  private tell(what: string, update: string, input: readonly object[], onTaken: () => void = () => undefined): void {
    this.run?.update(update, input, (refusal) => {
      this.world.note(`caller: ${what} is ${refusal ?? 'taken'}`);
      if (refusal === null) onTaken();
    });
  }

  private open(kind: 'start' | 'retry'): void {
    const { world } = this;
    const runId = `run-${(this.runs += 1)}`;
    world.note(`caller: ${kind} opens ${runId}`);
    const input = kind === 'start' ? [signature] : [signature, { kind }];
    this.run = new Run(runId, world.orderJson, input, world.temporal, (why) => void world.violations.push(`I7 ${why}`));
  }
}

/** Of the form the gateway takes; whose it is, the simulated node says. */
const signature = `0x${'11'.repeat(64)}1b`;
