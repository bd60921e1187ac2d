import Table from 'cli-table3';
import type { Command } from 'commander';
import { loadConfig, type Config } from '../../config';
import { formatAmount } from '../../domain/money';
import { print } from '../printRecords';
import { addressOf, readAccounts } from '../readAccounts';
import type { Output } from '../session';
import { withExamples } from '../withExamples';

interface BalanceRow {
  readonly account: string;
  readonly chain: string;
  readonly token: string;
  /** Whole tokens, decimal. */
  readonly balance: string;
}

export function addBalances(program: Command): void {
  const balances = program
    .command('balances [accounts...]')
    .description("what accounts hold on every chain, and the supply; default: the local stack's accounts")
    .action(async (named: string[], _options: object, command: Command) => {
      const options = command.optsWithGlobals<{ config: string; output: Output }>();
      const accounts = readAccounts(options.config);
      const wanted =
        named.length === 0
          ? accounts.map(({ name, address }) => ({ name, address }))
          : named.map((text) => ({ name: text, address: addressOf(text, accounts, 'account') }));
      printBalances(await readBalances(loadConfig(options.config), wanted), options.output);
    });
  withExamples(balances, 'settle balances', 'settle balances alice 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 -o json');
}

async function readBalances(
  config: Config,
  accounts: { name: string; address: `0x${string}` }[],
): Promise<BalanceRow[]> {
  const [{ createChain }, { readTokenBalance }, { readTotalSupply }] = await Promise.all([
    import('../../chains/chain'),
    import('../../chains/readTokenBalance'),
    import('../../chains/readTotalSupply'),
  ]);
  const rows = config.chains.flatMap((chainConfig) => {
    const chain = createChain(chainConfig);
    return chainConfig.tokens.flatMap((token) => {
      const row = async (account: string, amount: Promise<bigint>): Promise<BalanceRow> => ({
        account,
        chain: chainConfig.name,
        token: token.symbol,
        balance: formatAmount(await amount, token.decimals),
      });
      return [
        ...accounts.map(({ name, address }) => row(name, readTokenBalance(chain, token.address, address))),
        row('(supply)', readTotalSupply(chain, token.address)),
      ];
    });
  });
  return Promise.all(rows);
}

function printBalances(rows: readonly BalanceRow[], output: Output): void {
  if (output === 'json') return print(JSON.stringify(rows, null, 2));
  if (output === 'jsonl') return rows.forEach((row) => print(JSON.stringify(row)));
  const table = new Table({ head: ['account', 'chain', 'token', 'balance'], style: { head: [], border: [] } });
  for (const { account, chain, token, balance } of rows) {
    table.push([account, chain, token, { content: balance, hAlign: 'right' }]);
  }
  print(table.toString());
}
