import { setTimeout as pause } from 'node:timers/promises';
import { isOver } from '../../client/progress/isOver';
import type { Progress } from '../../client/progress/progress';
import { print } from '../printRecords';
import { sayOnInterrupt } from '../interruption';
import { exitCodeOf, type Session } from '../session';
import { createStyle } from '../style';
import { changeLines } from './changeLines';
import { createScreen } from './createScreen';
import { renderProgress } from './renderProgress';

/** Gentle: the ledger, a run's description and a block number each time. */
const lookEveryMs = 1_000;

interface Presentation {
  /** A look, and the one before. */
  show(now: Progress, before: Progress | null): void;
  end(last: Progress): void;
}

/** Shows one settlement until it is over, or until an operator is needed where that is asked for. Returns the exit code. */
export async function watchSettlement(
  session: Session,
  settlementId: string,
  { untilOperator = false }: { readonly untilOperator?: boolean } = {},
): Promise<number> {
  sayOnInterrupt(`${settlementId} goes on without you; 'settle watch ${settlementId}' comes back to it`);
  const presentation = presentationFor(session);
  const reader = session.client.progress(settlementId);
  let before: Progress | null = null;
  for (;;) {
    const now: Progress = await reader.look();
    presentation.show(now, before);
    if (isOver(now) || (untilOperator && now.record.needsOperator)) {
      presentation.end(now);
      return exitCodeOf(now.record);
    }
    before = now;
    await pause(lookEveryMs);
  }
}

function presentationFor({ config, output, terminal }: Session): Presentation {
  if (output === 'json') return { show: () => undefined, end: (last) => print(JSON.stringify(last, null, 2)) };
  if (output === 'jsonl') return jsonLines();
  if (!terminal.live) {
    return {
      show(now, before) {
        const at = new Date().toISOString().slice(11, 19);
        for (const line of changeLines(config, before, now)) print(`${at}Z ${line}`);
      },
      end: () => undefined,
    };
  }
  const screen = createScreen(process.stdout);
  const style = createStyle(terminal.color);
  return {
    show: (now) => screen.draw(renderProgress(config, now, { nowMs: Date.now(), columns: screen.columns, style })),
    end: () => undefined,
  };
}

function jsonLines(): Presentation {
  let printed = '';
  return {
    show(now) {
      const text = JSON.stringify(now);
      if (text === printed) return;
      printed = text;
      print(JSON.stringify({ at: new Date().toISOString(), ...now }));
    },
    end: () => undefined,
  };
}
