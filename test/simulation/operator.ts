import { isTerminal } from '../../src/domain/status';
import type { Callers } from './callers';
import type { World } from './world';

/** How often the operator looks once everything has healed, and how often at most. */
const lookEveryMs = 600_000;
const mostLooks = 40;
/** After so many looks in a row at a run that neither ended nor called, it hangs. */
const mostSilentLooks = 6;

/** I7: acts where he is called, and nowhere else; in the end every settlement has its answer. */
export class Operator {
  private looks = 0;
  private silent = 0;

  constructor(
    private readonly world: World,
    private readonly callers: Callers,
  ) {}

  lookAfter(onEnd: () => void): void {
    if (this.isSettled()) return onEnd();
    if ((this.looks += 1) > mostLooks || this.silent > mostSilentLooks) {
      const why = this.silent > mostSilentLooks ? 'nobody is called' : `no end after ${mostLooks} looks`;
      this.world.violations.push(`I7 ${why}: ${this.state()}`);
      return onEnd();
    }
    this.act();
    this.world.clock.after(lookEveryMs, () => this.lookAfter(onEnd));
  }

  /** Everything that can land has landed, and run and ledger have come to an end. */
  private isSettled(): boolean {
    const { source, destination, ledger } = this.world;
    const { run } = this.callers;
    const landed = [source, destination].every(({ chain }) => chain.isIdle && chain.final().slot === chain.head().slot);
    if (!landed || !run?.ended || run.ended.state === 'TERMINATED') return false;
    const { row } = ledger.tables;
    return row ? isTerminal(row.record.status) : run.ended.state === 'FAILED';
  }

  private act(): void {
    const { callers } = this;
    const { run } = callers;
    if (!run) return callers.start();
    if (run.ended) return this.takeUp(run.ended.state === 'COMPLETED');
    const record = run.record();
    if (this.isBehind(record?.errorCode ?? null)) return this.beginAgain();
    if (this.isHeldByEpoch()) return this.askHolder();
    this.silent = record?.needsOperator ? 0 : this.silent + 1;
    if (!record?.needsOperator) return;
    if (record.status === 'MINTED') return callers.resolve(this.looks % 2 === 0 ? 'complete' : 'refund');
    callers.resolve(this.looks % 4 === 3 ? 'retry' : 'refund');
  }

  /** What a run left undone, or a restored ledger does not know of one that ended, the next run finds in the slots. */
  private takeUp(wasCompleted: boolean): void {
    const { faults } = this.world;
    if (wasCompleted && faults.ledgerRestored === 0) return;
    if (wasCompleted) faults.begunAgainAfterRestore += 1;
    this.callers.startRaw(wasCompleted ? 'start' : 'retry');
  }

  /**
   * Begun before a restore and not burned: the journal proves nothing for it and lets no burn out, so it is held until the order runs
   * out or its holder revokes it. No operator is called for that.
   */
  private isHeldByEpoch(): boolean {
    const { row, epoch } = this.world.ledger.tables;
    return row !== null && row.epoch !== epoch && ['PROCESSING', 'BURNING'].includes(row.record.status);
  }

  private askHolder(): void {
    const { source, faults, note } = this.world;
    if (source.chain.head().slot.state === 'Burned') return this.beginAgain();
    note('holder: revokes the order that is held');
    faults.heldByEpoch += 1;
    source.chain.revokeOrder();
  }

  /** A restored ledger that is older than what its run knows. */
  private isBehind(errorCode: string | null): boolean {
    const { ledger, faults } = this.world;
    return faults.ledgerRestored > 0 && (!ledger.tables.row || errorCode === 'ILLEGAL_STEP');
  }

  /** docs/architecture.md: terminate that run, and retry enters it anew. */
  private beginAgain(): void {
    this.world.faults.begunAgainAfterRestore += 1;
    this.callers.terminate();
  }

  private state(): string {
    const { run } = this.callers;
    const record = run?.record();
    const told = [
      record?.status,
      record?.needsOperator ? 'needs an operator' : '',
      record?.errorCode,
      record?.errorMessage,
    ];
    const said = run?.ended?.state ?? told.filter(Boolean).join(' ');
    return `run ${said}; ledger ${this.world.ledger.tables.row?.record.status ?? 'empty'}`;
  }
}
