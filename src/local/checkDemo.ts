import type { Config } from '../config';
import { parseAmount } from '../domain/money';
import type { SettlementRecord } from '../domain/record';
import type { DemoScenario } from './demoScenarios';
import { devAccounts } from './devAccounts';
import type { Balances } from './readBalances';
import { readOperations } from './readOperations';

export interface DemoOutcome {
  readonly scenario: DemoScenario;
  readonly settlementId: string;
  readonly runId: string;
  /** How many different runs its submissions were answered with. */
  readonly runIds: number;
  readonly record: SettlementRecord;
}

/** What is not as the scenarios promise, in words; empty when all is. Asks the chains, not the records. */
export async function checkDemo(
  config: Config,
  outcomes: readonly DemoOutcome[],
  balances: { before: Balances; after: Balances } | undefined,
): Promise<readonly string[]> {
  const problems = (await Promise.all(outcomes.map((outcome) => checkOutcome(config, outcome)))).flat();
  if (balances) problems.push(...checkBalances(config, balances.before, balances.after, outcomes));
  return problems;
}

async function checkOutcome(config: Config, outcome: DemoOutcome): Promise<readonly string[]> {
  const { scenario, settlementId, record, runIds } = outcome;
  const accounts = devAccounts();
  const amount = amountOf(config, scenario);
  const seen = (await readOperations(config, settlementId))
    .filter(({ kind }) => kind !== 'CancelMint')
    .map((one) => `${one.kind} of ${one.amount} for ${one.account} on ${one.chain}`);
  const promised = scenario.moves.map(
    (move) => `${move.kind} of ${amount} for ${accounts[move.account].address} on ${move.chain}`,
  );
  const problems: string[] = [];
  if (seen.toSorted().join() !== promised.toSorted().join()) {
    problems.push(`${settlementId}: the chains show [${seen.join('; ')}], promised was [${promised.join('; ')}]`);
  }
  if (record.status !== scenario.status || record.compensated !== (scenario.status === 'FAILED')) {
    problems.push(
      `${settlementId}: ${record.status}, compensated ${record.compensated}, promised was ${scenario.status}`,
    );
  }
  if (runIds !== 1) problems.push(`${settlementId}: answered with ${runIds} runs`);
  return problems;
}

/** To the unit: what every account holds on every chain, and what is in existence over all of them. */
function checkBalances(config: Config, before: Balances, after: Balances, outcomes: readonly DemoOutcome[]): string[] {
  const problems: string[] = [];
  const total = (supply: Balances['supply']) => Object.values(supply).reduce((sum, amount) => sum + amount, 0n);
  if (total(before.supply) !== total(after.supply)) {
    problems.push(`the supply over both chains was ${total(before.supply)} and is ${total(after.supply)}`);
  }
  const completed = outcomes.map(({ scenario }) => scenario).filter(({ status }) => status === 'COMPLETED');
  for (const [account, held] of Object.entries(before.accounts)) {
    for (const [chain, amount] of Object.entries(held)) {
      const promised = completed.reduce((sum, scenario) => {
        const paid = scenario.holder === account && scenario.source === chain;
        const received = scenario.recipient === account && scenario.destination === chain;
        return sum + (received ? amountOf(config, scenario) : 0n) - (paid ? amountOf(config, scenario) : 0n);
      }, amount);
      const now = after.accounts[account]?.[chain];
      if (now !== promised) problems.push(`${account} holds ${now} on ${chain}, promised was ${promised}`);
    }
  }
  return problems;
}

function amountOf(config: Config, scenario: DemoScenario): bigint {
  const decimals = config.chains.find(({ name }) => name === scenario.source)?.tokens[0]?.decimals;
  if (decimals === undefined) throw new Error(`no chain ${scenario.source} with a token`);
  return parseAmount(scenario.amount, decimals);
}
