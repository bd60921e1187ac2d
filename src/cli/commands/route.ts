import type { Command } from 'commander';
import type { Config } from '../../config';
import { PermanentError } from '../../domain/errors';
import type { Route, RoutePause } from '../../ledger/routePauses';
import { withLedger } from '../ledgerSession';
import { parseReason } from '../optionParsers';
import { printReport } from '../printReport';
import { withExamples } from '../withExamples';

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Names of chains as options; both must be configured, or a typing error would pause nothing. */
function routeOf({ chains }: Config, { from, to }: Ends): Route {
  for (const name of [from, to]) {
    if (!chains.some((chain) => chain.name === name)) {
      const known = chains.map((chain) => chain.name).join(', ');
      throw new PermanentError('UNKNOWN_CHAIN', `chain ${name} is not configured; known: ${known}`);
    }
  }
  if (from === to) throw new PermanentError('SAME_CHAIN', `${from} to itself is no route`);
  return { sourceChain: from, destinationChain: to };
}

/** The operator's commands around routes: what contradicts itself pauses one, and only an operator lets it go on. */
export function addRoute(program: Command): void {
  const route = program.command('route').description('which routes are paused, and why; pause one, or let it go on');

  const list = route
    .command('list')
    .description('the paused routes')
    .action(async (_: object, command: Command) =>
      withLedger(command, async ({ ledger, output }) => {
        const paused = await ledger.routePauses();
        printReport({ paused }, linesOf(paused), output);
        return 0;
      }),
    );

  const pause = route
    .command('pause')
    .description('no new burn, mint or refund is sent on it; what was sent goes on')
    .requiredOption('--from <chain>', 'its source')
    .requiredOption('--to <chain>', 'its destination')
    .requiredOption('--by <name>', 'who pauses it; kept in the ledger', parseReason)
    .requiredOption('--reason <text>', 'why; kept in the ledger', parseReason)
    .action(async ({ by, reason, ...ends }: Ends & { by: string; reason: string }, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const changed = await ledger.pauseRoute(routeOf(config, ends), { by, reason });
        const name = `${ends.from} to ${ends.to}`;
        printReport({ ...ends, changed }, [changed ? `${name} is paused` : `${name} was paused already`], output);
        return 0;
      }),
    );

  const resume = route
    .command('resume')
    .description('it goes on')
    .requiredOption('--from <chain>', 'its source')
    .requiredOption('--to <chain>', 'its destination')
    .action(async (ends: Ends, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const changed = await ledger.resumeRoute(routeOf(config, ends));
        const name = `${ends.from} to ${ends.to}`;
        printReport({ ...ends, changed }, [changed ? `${name} goes on` : `${name} was not paused`], output);
        return 0;
      }),
    );
  withExamples(list, 'settle route list');
  withExamples(pause, "settle route pause --from alder --to birch --by olga --reason 'ticket 17'");
  withExamples(resume, 'settle route resume --from alder --to birch');
}

function linesOf(paused: readonly RoutePause[]): readonly string[] {
  if (paused.length === 0) return ['no route is paused'];
  return paused.map(
    ({ sourceChain, destinationChain, reason, pausedBy, pausedAt }) =>
      `${sourceChain} to ${destinationChain}, by ${pausedBy} at ${pausedAt}: ${reason}`,
  );
}
