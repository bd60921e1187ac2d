import { SettlementError, TransientError } from '../../domain/errors';
import type { SettlementRecord } from '../../domain/record';
import { isTerminal, type SettlementStatus } from '../../domain/status';
import type { Ledger } from '../../ledger/createLedger';
import type { SettlementEvent } from '../../ledger/eventsOf';
import type { ClientContext } from '../context';
import { getSettlement } from '../getSettlement';
import type { ReadOptions } from '../readRecord';
import { createSightingReader } from './createSightingReader';
import type { Progress, RunState } from './progress';
import { readRun, type Run } from './readRun';
import { stepsOf, type Seen } from './stepsOf';

/** A client's context with what watching reads of the ledger. */
export type ProgressContext = Omit<ClientContext, 'ledger'> & {
  /** Who may not read the journal of signed transactions sees an operation once it is in a block. */
  readonly ledger: (Pick<Ledger, 'find' | 'findClaim' | 'eventsOf'> & Partial<Pick<Ledger, 'transactionsOf'>>) | null;
};

export interface ProgressReader {
  /**
   * How the settlement stands now. Who does not answer is named in it, once the settlement is known at all.
   * @throws PermanentError NOT_FOUND; TransientError when nobody who knows the settlement answers the first look
   */
  look(): Promise<Progress>;
}

interface Known {
  readonly record: SettlementRecord;
  readonly reachedAt: Seen['reachedAt'];
}

/** Runs one question; who does not answer is noted, and only that: any other error is thrown. */
type Keep = (who: string, ask: () => Promise<void>) => Promise<void>;

const unknownRun: Run = { run: 'unknown', pending: [] };

/** Looks at one settlement again and again; the ledger is asked first, and Temporal's worker only where the ledger cannot tell. */
export function createProgressReader(
  context: ProgressContext,
  settlementId: string,
  options: ReadOptions = {},
): ProgressReader {
  const observed: Partial<Record<SettlementStatus, string>> = {};
  const sightingReader = createSightingReader(context, settlementId);
  let known: Known | null = null;

  async function readFromLedger(run: RunState, keep: Keep): Promise<Known | null> {
    let found: Known | null = null;
    await keep('the ledger', async () => {
      const row = await context.ledger?.find(settlementId);
      // A retry's run that has not entered yet: the ledger still tells of the attempt before.
      if (!row || !context.ledger || (row.record.status === 'FAILED' && run === 'running')) return;
      found = { record: row.record, reachedAt: reachedIn(await context.ledger.eventsOf(settlementId)) };
    });
    return found;
  }

  async function readFromTemporal(keep: Keep): Promise<Known | null> {
    let found: Known | null = null;
    await keep('Temporal', async () => {
      const record = await getSettlement(context, settlementId, options);
      observed[record.status] ??= known ? new Date().toISOString() : record.updatedAt;
      found = { record, reachedAt: { ...observed } };
    });
    return found;
  }

  return {
    async look() {
      const silent = new Map<string, string>();
      const keep: Keep = async (who, ask) => {
        try {
          await ask();
        } catch (error) {
          if (!(error instanceof SettlementError) || !error.retryable) throw error;
          silent.set(speakerOf(error) ?? who, error.message);
        }
      };
      let run = unknownRun;
      await keep('Temporal', async () => void (run = await readRun(context, settlementId)));
      known = (await readFromLedger(run.run, keep)) ?? (await readFromTemporal(keep)) ?? known;
      if (!known) throw new TransientError('TEMPORAL_UNAVAILABLE', [...silent.values()].join('; '));
      const sightings = await sightingReader.read(known.record, (ask) => keep('a chain', ask));
      const steps = stepsOf({ ...known, sightings });
      // As `get` says it: nobody drives it, though the ledger does not know.
      const isCutOff = run.run === 'lost' && !isTerminal(known.record.status);
      const record = isCutOff ? { ...known.record, needsOperator: true } : known.record;
      return { record, steps, ...run, silent: [...silent].map(([who, why]) => ({ who, why })) };
    },
  };
}

/** When the attempt that stands came to each status. */
function reachedIn(events: readonly SettlementEvent[]): Seen['reachedAt'] {
  const begin = events.findLastIndex(({ to }) => to === 'PROCESSING');
  const reached: Partial<Record<SettlementStatus, string>> = {};
  for (const { to, at } of events.slice(Math.max(0, begin))) reached[to] ??= at;
  return reached;
}

function speakerOf({ code, message }: SettlementError): string | null {
  if (code === 'TEMPORAL_UNAVAILABLE') return 'Temporal';
  if (code.startsWith('LEDGER_')) return 'the ledger';
  return code === 'CHAIN_UNAVAILABLE' ? (message.split(' ')[0] ?? null) : null;
}
