import { keccak256 } from 'viem';
import { groupBy, needsLedger, type Checker } from './checker';
import { keyOf } from './gatewayAbi';
import {
  kinds,
  type CalldataOperation,
  type ChainTransaction,
  type JournaledOperation,
  type TransactionRow,
  type World,
} from './world';

/** Whole seconds is all a block's time tells: a row of the same second counts as before it. */
const blockTimeUnitMs = 1_000;

export const i10Journal: Checker = {
  invariant: 'I10 journal',
  says: "every transaction from a lane's key is in the journal, the very same bytes, journaled before its block; no row names another nonce than its bytes, no nonce is handed out twice",
  check(world) {
    const { chains, ledger, laneSigners } = world;
    if (!ledger) return needsLedger;
    const signers = new Set<string>(laneSigners);
    const rows = new Map(ledger.transactions.map((row) => [`${row.chainId}/${row.hash}`, row]));
    const misnamed = ledger.transactions.filter(({ nonce, signedNonce }) => nonce !== signedNonce);
    return [
      ...handedOutTwice(ledger.transactions),
      // Also where it never came on chain: two that are signed on one nonce cannot both.
      ...misnamed.map(
        ({ chainId, signer, nonce, signedNonce, hash }) =>
          `chain ${chainId} ${signer} nonce ${nonce} (${hash}): its bytes are signed on nonce ${signedNonce}`,
      ),
      ...chains.flatMap(({ chain, transactions }) =>
        transactions
          .filter(({ from }) => signers.has(from))
          .flatMap((transaction) =>
            findings(world, chain.chainId, transaction, rows.get(`${chain.chainId}/${transaction.hash}`)).map(
              (what) => `${chain.name} ${transaction.from} nonce ${transaction.nonce} (${transaction.hash}): ${what}`,
            ),
          ),
      ),
    ];
  },
};

/** What takes the place of another on its nonce says so, by its number. */
function handedOutTwice(rows: readonly TransactionRow[]): string[] {
  const places = groupBy(rows, ({ chainId, signer, nonce, replacement }) =>
    [`chain ${chainId} ${signer} nonce ${nonce}`, ...(replacement === 0 ? [] : [`replacement ${replacement}`])].join(),
  );
  return [...places].flatMap(([place, { length }]) => (length > 1 ? [`${place}: was handed out ${length} times`] : []));
}

function findings(
  { foreignHashes, rewinds = [] }: World,
  chainId: number,
  transaction: ChainTransaction,
  row: TransactionRow | undefined,
): string[] {
  if (foreignHashes.has(transaction.hash)) return row ? ['a stranger sent it, and the journal claims it'] : [];
  if (!row) return ['not in the journal'];
  const found: string[] = [];
  // A transaction's hash is that of its bytes: equal hashes are equal bytes.
  if (keccak256(row.raw) !== transaction.hash) found.push('the journal holds other bytes');
  if (row.nonce !== transaction.nonce) found.push(`journaled as nonce ${row.nonce}`);
  if (row.signer !== transaction.from) found.push(`journaled as signed by ${row.signer}`);
  const { blockNumber: block } = transaction;
  const madeAnew = rewinds.filter((one) => one.chainId === chainId && one.keptBlock < block && block <= one.head);
  const endByItsTimeMs = transaction.timestampSeconds * 1_000 + blockTimeUnitMs;
  const endOfBlockMs = Math.max(endByItsTimeMs, ...madeAnew.map(({ atMs }) => atMs));
  if (row.createdAtMs >= endOfBlockMs) {
    found.push(`journaled ${row.createdAtMs - endOfBlockMs + blockTimeUnitMs} ms after its block's time`);
  }
  const asked = transaction.operations.map(textOfCalldata).join(', ');
  const journaled = row.operations.map(textOfRow).join(', ');
  if (asked !== journaled) found.push(`its calldata is [${asked}], the journal says [${journaled}]`);
  return found;
}

function textOfCalldata({ kind, attempt, order }: CalldataOperation): string {
  return `${kinds[kind]}(${attempt}) ${keyOf(order.settlementId)}`;
}

function textOfRow({ kind, attempt, settlementKey }: JournaledOperation): string {
  return `${kind}(${attempt}) ${settlementKey}`;
}
