import { databaseUrlOf } from '../../config';
import { createLedger } from '../../ledger/createLedger';
import { missingMigrations } from '../../ledger/migrateLedger';
import type { LedgerHealth } from '../../ledger/readHealth';
import type { OpenCount } from '../../ledger/openCounts';
import type { RoutePause } from '../../ledger/routePauses';
import { failure, ok, warning, type Check, type Finding, type Patient } from './check';

/** The database, its schema, its epoch, its seals; and what in it waits for somebody. */
export function checkLedger({ config, env }: Patient, withinMs: number): Check {
  return {
    area: 'ledger',
    name: 'database',
    async look() {
      if (!config.ledger && env.databaseUrl === undefined) {
        const todo = 'Nothing to do for a client; a worker needs ledger.databaseUrl.';
        return [warning('database', 'none is configured', todo)];
      }
      const databaseUrl = databaseUrlOf(config, env);
      const missing = await missingMigrations(databaseUrl);
      const migrations = migrationsFinding(missing);
      if (missing.length > 0) return [migrations];
      const ledger = createLedger({
        databaseUrl,
        connectTimeoutMs: withinMs,
        statementTimeoutMs: withinMs,
        poolSize: 3,
      });
      try {
        const [health, counts, pauses] = await Promise.all([
          ledger.readHealth(),
          ledger.openCounts(),
          ledger.routePauses(),
        ]);
        const database = ok('database', `Postgres ${health.serverVersion} at ${placeOf(databaseUrl)}`);
        const seals = sealsFinding(health, config.seals?.everyMs);
        return [database, migrations, epochFinding(health), seals, openFinding(counts), ...routeFindings(pauses)];
      } finally {
        await ledger.close();
      }
    },
  };
}

/** Host and database alone: there is a password in the rest. */
function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

function migrationsFinding(missing: readonly string[]): Finding {
  if (missing.length === 0) return ok('migrations', 'all of this version are applied');
  const todo = 'Start a worker of this version (it migrates), or point ledger.databaseUrl at the ledger.';
  return failure('configuration', 'migrations', `missing: ${missing.join(', ')}`, todo);
}

function epochFinding({ epoch, isOpen, isRebuilding }: LedgerHealth): Finding {
  if (isRebuilding) {
    return failure(
      'operator',
      'epoch',
      `${epoch}, a rebuild is under way`,
      "Let 'settle ledger rebuild' come to its end.",
    );
  }
  if (isOpen) return ok('epoch', `${epoch}, open`);
  const todo = "Go on with 'settle ledger reopen': nothing is sent until it has opened the epoch.";
  return failure('operator', 'epoch', `${epoch}, closed since a restore or rebuild`, todo);
}

function sealsFinding({ events, sealedUpTo, sealAgeSeconds }: LedgerHealth, everyMs: number | undefined): Finding {
  if (everyMs === undefined) {
    return warning(
      'seals',
      'none are configured',
      'Set seals.keyFile for the workers: an edited ledger is then found out.',
    );
  }
  const behind = events - sealedUpTo;
  const found = `${behind} of ${events} events not sealed yet`;
  const late = (sealAgeSeconds ?? Infinity) * 1_000 > 3 * everyMs + 60_000;
  if (behind === 0 || !late) return ok('seals', found);
  return warning('seals', found, 'Workers seal: see that one runs, and its log.');
}

function openFinding(counts: readonly OpenCount[]): Finding {
  const sum = (some: readonly OpenCount[]): number => some.reduce((total, { count }) => total + count, 0);
  const calling = counts.filter(({ operatorCode }) => operatorCode !== null);
  const open = `${sum(counts)} settlements under way`;
  if (calling.length === 0) return ok('settlements', open);
  const codes = calling.map(({ operatorCode, count }) => `${count} ${operatorCode ?? ''}`).join(', ');
  const todo = "'settle list' shows them as (operator); 'settle show ID' says why, 'settle resolve ID' decides.";
  return failure('operator', 'settlements', `${open}, ${sum(calling)} need an operator: ${codes}`, todo);
}

function routeFindings(pauses: readonly RoutePause[]): readonly Finding[] {
  if (pauses.length === 0) return [ok('routes', 'none is paused')];
  return pauses.map(({ sourceChain, destinationChain, reason, pausedBy, pausedAt }) =>
    failure(
      'operator',
      'routes',
      `${sourceChain} to ${destinationChain} is paused by ${pausedBy} since ${pausedAt}: ${reason}`,
      `Look why, then 'settle route resume --from ${sourceChain} --to ${destinationChain}'.`,
    ),
  );
}
