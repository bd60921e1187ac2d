import Table from 'cli-table3';
import type { Config } from '../config';
import { formatAmount } from '../domain/money';
import type { Balances } from './readBalances';

/** The balances of everybody on every chain, before and after, with the supply and its sum. */
export function renderBalances(config: Config, before: Balances, after: Balances): string {
  const chains = config.chains.map(({ name, tokens }) => ({ name, decimals: tokens[0]?.decimals ?? 0 }));
  const table = new Table({
    head: ['', ...chains.flatMap(({ name }) => [`${name} before`, `${name} after`]), 'change'],
    colAligns: ['left', ...chains.flatMap(() => ['right', 'right'] as const), 'right'],
    style: { head: [], border: [] },
  });
  const row = (label: string, was: Readonly<Record<string, bigint>>, is: Readonly<Record<string, bigint>>) => {
    const amount = (held: Readonly<Record<string, bigint>>, { name, decimals }: (typeof chains)[number]) =>
      formatAmount(held[name] ?? 0n, decimals);
    const change = sum(is) - sum(was);
    const decimals = chains[0]?.decimals ?? 0;
    table.push([
      label,
      ...chains.flatMap((chain) => [amount(was, chain), amount(is, chain)]),
      change === 0n ? '0' : `${change > 0n ? '+' : ''}${formatAmount(change, decimals)}`,
    ]);
  };
  for (const [name, held] of Object.entries(before.accounts)) row(name, held, after.accounts[name] ?? {});
  row('total supply', before.supply, after.supply);
  return table.toString();
}

function sum(amounts: Readonly<Record<string, bigint>>): bigint {
  return Object.values(amounts).reduce((total, amount) => total + amount, 0n);
}
