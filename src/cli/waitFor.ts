import { sayOnInterrupt } from './interruption';
import { printRecord } from './printRecords';
import { exitCodeOf, type Session } from './session';
import { watchSettlement } from './watch/watchSettlement';

/** Stays until a settlement is over: seen step by step on a terminal, else told by its record at the end. Returns the exit code. */
export async function waitFor(session: Session, settlementId: string): Promise<number> {
  if (session.terminal.live) return watchSettlement(session, settlementId);
  sayOnInterrupt(`${settlementId} goes on without you; 'settle watch ${settlementId}' comes back to it`);
  process.stderr.write(`waiting for ${settlementId} (Ctrl-C leaves it going)\n`);
  const record = await session.client.result(settlementId);
  printRecord(session.config, record, session.output);
  return exitCodeOf(record);
}
