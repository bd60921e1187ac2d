import { zeroAddress } from 'viem';
import { groupBy, type ChainChecker } from './checker';
import { kinds, type Applied, type ChainFacts, type Transfer, type World } from './world';

/**
 * Told by Transfer logs alone: what the gateways' transactions created and destroyed, against what is in flight. The issuer's
 * own mints stand in transactions of their own.
 */
export const i1Supply: ChainChecker = {
  invariant: 'I1',
  says: 'tokens created by the gateways + in flight = 0; every operation moved exactly its tokens; no supply without a log',
  check: (world) => [
    ...conserved(world),
    ...world.chains.flatMap(operationsMovedTheirTokens),
    ...world.chains.flatMap(supplyIsLogged),
  ],
};

function conserved({ chains }: World): string[] {
  const applied = chains.flatMap((chain) => chain.applied);
  const ours = new Set(applied.map(({ transactionHash }) => transactionHash));
  const created = chains
    .flatMap(({ transfers }) => transfers)
    .filter(({ transactionHash }) => ours.has(transactionHash))
    .reduce((total, transfer) => total + supplyChange(transfer), 0n);
  const sum = (kind: (typeof kinds)[number]): bigint =>
    applied.filter((one) => kinds[one.kind] === kind).reduce((total, { amount }) => total + amount, 0n);
  const inFlight = sum('Burn') - sum('Refund') - sum('Mint') + sum('ReverseMint');
  const findings = [];
  if (created + inFlight !== 0n) findings.push(`created ${created} + in flight ${inFlight} is not 0`);
  if (inFlight < 0n) findings.push(`${-inFlight} more came out than went in`);
  return findings;
}

function operationsMovedTheirTokens({ chain, applied, transfers }: ChainFacts): string[] {
  const transfersOf = groupBy(transfers, ({ transactionHash }) => transactionHash);
  return [...groupBy(applied, ({ transactionHash }) => transactionHash)].flatMap(([hash, operations]) => {
    const asked = operations.flatMap(movementOf).sort().join();
    const moved = (transfersOf.get(hash) ?? []).flatMap(movementIn).sort().join();
    return asked === moved ? [] : [`${chain.name} ${hash}: operations say [${asked}], its Transfer logs [${moved}]`];
  });
}

function movementOf({ kind, account, amount }: Applied): string[] {
  const name = kinds[kind];
  if (name === 'CancelMint') return [];
  return [`${name === 'Burn' || name === 'ReverseMint' ? '-' : '+'}${amount}@${account}`];
}

function movementIn(transfer: Transfer): string[] {
  if (transfer.from === zeroAddress) return [`+${transfer.value}@${transfer.to}`];
  return transfer.to === zeroAddress ? [`-${transfer.value}@${transfer.from}`] : [];
}

function supplyIsLogged({ chain, transfers, totalSupply }: ChainFacts): string[] {
  const logged = transfers.reduce((total, transfer) => total + supplyChange(transfer), 0n);
  return logged === totalSupply ? [] : [`${chain.name}: supply is ${totalSupply}, its Transfer logs make ${logged}`];
}

function supplyChange({ from, to, value }: Transfer): bigint {
  return (from === zeroAddress ? value : 0n) - (to === zeroAddress ? value : 0n);
}
