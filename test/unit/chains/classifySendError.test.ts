import {
  createPublicClient,
  custom,
  HttpRequestError,
  NonceTooLowError,
  RpcRequestError,
  TimeoutError,
  TransactionRejectedRpcError,
} from 'viem';
import { classifySendError, type SendVerdict } from '../../../src/chains/classifySendError';

const url = 'http://node.invalid';
const refused = (message: string, code = -32_000): RpcRequestError =>
  new RpcRequestError({ body: { method: 'eth_sendRawTransaction' }, error: { code, message }, url });

/** Every wording as it stands in the sources of the node, and where. */
const wordings: readonly (readonly [verdict: SendVerdict, source: string, message: string])[] = [
  // go-ethereum: core/txpool/errors.go, core/error.go, core/txpool/validation.go
  ['known', 'geth core/txpool/errors.go ErrAlreadyKnown', 'already known'],
  ['nonceTooLow', 'geth core/txpool/validation.go', 'nonce too low: next nonce 8, tx nonce 7'],
  ['underpriced', 'geth core/txpool/errors.go ErrReplaceUnderpriced', 'replacement transaction underpriced'],
  ['feeTooLow', 'geth core/txpool/errors.go ErrUnderpriced', 'transaction underpriced'],
  [
    'feeTooLow',
    'geth core/txpool/validation.go ErrUnderpriced',
    'transaction underpriced: gas tip cap 0, minimum needed 1',
  ],
  [
    'feeTooLow',
    'geth core/txpool/validation.go ErrTxGasPriceTooLow',
    'transaction gas price below minimum: gas tip cap 0, minimum needed 1',
  ],
  ['feeTooLow', 'geth core/error.go ErrFeeCapTooLow', 'max fee per gas less than block base fee'],
  [
    'insufficientFunds',
    'geth core/txpool/validation.go ErrInsufficientFunds',
    'insufficient funds for gas * price + value: balance 0, tx cost 420000, overshot 420000',
  ],
  ['insufficientFunds', 'geth core/error.go ErrInsufficientFundsForTransfer', 'insufficient funds for transfer'],
  ['unknown', 'geth core/txpool/errors.go ErrAuthorityNonceTooLow', 'authority nonce too low'],
  ['unknown', 'geth core/error.go ErrTipAboveFeeCap', 'max priority fee per gas higher than max fee per gas'],
  ['unknown', 'geth core/txpool/errors.go ErrFutureReplacePending', 'future transaction tries to replace pending'],
  ['unknown', 'geth core/txpool/errors.go ErrGasLimit', 'exceeds block gas limit'],
  // erigon: txnprovider/txpool/txpoolcfg/txpoolcfg.go, DiscardReason.String()
  ['known', 'erigon txpoolcfg.go AlreadyKnown', 'already known'],
  ['known', 'erigon txpoolcfg.go DuplicateHash', 'existing txn with same hash'],
  ['known', 'erigon (before 3.0), as other senders list it', 'INTERNAL_ERROR: existing tx with same hash'],
  ['nonceTooLow', 'erigon txpoolcfg.go NonceTooLow', 'nonce too low'],
  ['underpriced', 'erigon txpoolcfg.go ReplaceUnderpriced', 'replacement transaction underpriced'],
  ['underpriced', 'erigon txpoolcfg.go NotReplaced', 'could not replace existing tx'],
  ['feeTooLow', 'erigon txpoolcfg.go UnderPriced', 'underpriced'],
  ['feeTooLow', 'erigon txpoolcfg.go FeeTooLow', 'fee too low'],
  ['insufficientFunds', 'erigon txpoolcfg.go InsufficientFunds', 'insufficient funds'],
  ['unknown', 'erigon txpoolcfg.go PendingPoolOverflow', 'pending sub-pool is full'],
  // Nethermind: Nethermind.TxPool/AcceptTxResult.cs; since 2026 with TxPoolErrorMessages.cs, before with the codes' own names
  ['known', 'nethermind TxPoolErrorMessages.cs AlreadyKnown', 'already known'],
  ['nonceTooLow', 'nethermind TxPoolErrorMessages.cs NonceTooLow', 'nonce too low'],
  [
    'underpriced',
    'nethermind TxPoolErrorMessages.cs ReplacementTransactionUnderpriced',
    'replacement transaction underpriced',
  ],
  ['feeTooLow', 'nethermind TxPoolErrorMessages.cs TransactionUnderpriced', 'transaction underpriced'],
  [
    'insufficientFunds',
    'nethermind TxPoolErrorMessages.cs InsufficientFunds',
    'insufficient funds for gas * price + value',
  ],
  ['known', 'nethermind (before 2026) AcceptTxResult.cs AlreadyKnown', 'AlreadyKnown'],
  ['nonceTooLow', 'nethermind (before 2026) AcceptTxResult.cs OldNonce', 'OldNonce, with a message after the code'],
  ['underpriced', 'nethermind (before 2026) AcceptTxResult.cs ReplacementNotAllowed', 'ReplacementNotAllowed'],
  ['underpriced', 'nethermind (before 2026) AcceptTxResult.cs OwnNonceAlreadyUsed', 'OwnNonceAlreadyUsed'],
  ['feeTooLow', 'nethermind (before 2026) AcceptTxResult.cs FeeTooLow', 'FeeTooLow, with a message'],
  ['feeTooLow', 'nethermind (before 2026) AcceptTxResult.cs FeeTooLowToCompete', 'FeeTooLowToCompete'],
  [
    'insufficientFunds',
    'nethermind (before 2026) AcceptTxResult.cs InsufficientFunds',
    'InsufficientFunds, with a message',
  ],
  ['unknown', 'nethermind (before 2026) AcceptTxResult.cs NonceGap', 'NonceGap, with a message'],
  // Besu: ethereum/api/.../response/RpcErrorType.java
  ['known', 'besu RpcErrorType.java ETH_SEND_TX_ALREADY_KNOWN', 'Known transaction'],
  ['nonceTooLow', 'besu RpcErrorType.java NONCE_TOO_LOW', 'Nonce too low'],
  ['underpriced', 'besu RpcErrorType.java ETH_SEND_TX_REPLACEMENT_UNDERPRICED', 'Replacement transaction underpriced'],
  ['feeTooLow', 'besu RpcErrorType.java GAS_PRICE_TOO_LOW', 'Gas price below configured minimum gas price'],
  ['feeTooLow', 'besu RpcErrorType.java GAS_PRICE_BELOW_CURRENT_BASE_FEE', 'Gas price below current base fee'],
  [
    'insufficientFunds',
    'besu RpcErrorType.java TRANSACTION_UPFRONT_COST_EXCEEDS_BALANCE',
    'Upfront cost exceeds account balance',
  ],
  [
    'unknown',
    'besu RpcErrorType.java LOWER_NONCE_INVALID_TRANSACTION_EXISTS',
    'An invalid transaction with a lower nonce exists',
  ],
  ['unknown', 'besu RpcErrorType.java TX_FEECAP_EXCEEDED', 'Transaction fee cap exceeded'],
  // reth: crates/rpc/rpc-eth-types/src/error/mod.rs
  ['known', 'reth RpcPoolError::AlreadyKnown', 'already known'],
  ['nonceTooLow', 'reth RpcInvalidTransactionError::NonceTooLow', 'nonce too low: next nonce 8, tx nonce 7'],
  ['underpriced', 'reth RpcPoolError::ReplaceUnderpriced', 'replacement transaction underpriced'],
  ['feeTooLow', 'reth RpcPoolError::Underpriced', 'transaction underpriced'],
  ['feeTooLow', 'reth RpcInvalidTransactionError::FeeCapTooLow', 'max fee per gas less than block base fee'],
  [
    'feeTooLow',
    'reth RpcInvalidTransactionError::PriorityFeeBelowMinimum',
    'transaction priority fee below minimum required priority fee 1000000000',
  ],
  [
    'insufficientFunds',
    'reth RpcInvalidTransactionError::InsufficientFunds',
    'insufficient funds for gas * price + value: have 0 want 420000',
  ],
  ['unknown', 'reth RpcPoolError::TxPoolOverflow', 'txpool is full'],
  [
    'unknown',
    'reth RpcInvalidTransactionError::TipAboveFeeCap',
    'max priority fee per gas higher than max fee per gas',
  ],
  // anvil: crates/anvil/src/eth/error.rs; what it says over RPC is seen for real in test/integration/chains.endpoints.test.ts
  ['known', 'anvil PoolError::AlreadyImported over RPC', 'transaction already imported'],
  ['known', 'anvil PoolError::AlreadyImported', 'Tx: [0x12] already Imported'],
  ['nonceTooLow', 'anvil InvalidTransactionError::NonceTooLow', 'nonce too low'],
  ['underpriced', 'anvil PoolError::ReplacementUnderpriced over RPC', 'replacement transaction underpriced'],
  [
    'underpriced',
    'anvil PoolError::ReplacementUnderpriced',
    'Tx: [0x12] insufficient gas price to replace existing transaction',
  ],
  ['feeTooLow', 'anvil InvalidTransactionError::FeeCapTooLow', 'max fee per gas less than block base fee'],
  [
    'insufficientFunds',
    'anvil InvalidTransactionError::InsufficientFunds',
    'Insufficient funds for gas * price + value',
  ],
];

describe('what a node says of a transaction it does not take', () => {
  it.each(wordings)('is %s to %s: %s', (verdict, _, message) => {
    expect(classifySendError(refused(message))).toBe(verdict);
    // As viem hands it on when the code is one of its own.
    expect(classifySendError(new TransactionRejectedRpcError(refused(message, -32_003)))).toBe(verdict);
  });

  it("is told from the raw message, not from viem's class", () => {
    const raw = refused('already known');
    expect(NonceTooLowError.nodeMessage.test(raw.details)).toBe(true); // what viem makes of it
    expect(classifySendError(new NonceTooLowError({ cause: raw }))).toBe('known');
  });

  it('is read through a client of ours', async () => {
    const provider = { request: () => Promise.reject(refused('nonce too low')) };
    const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }) });
    const error: unknown = await client.sendRawTransaction({ serializedTransaction: '0x00' }).catch((e: unknown) => e);
    expect(classifySendError(error)).toBe('nonceTooLow');
  });

  it.each([
    ['a timeout', new TimeoutError({ body: {}, url })],
    ['a page of a proxy', new HttpRequestError({ url, status: 502, details: 'nonce too low' })],
    ['an error of no node', new Error('nonce too low')],
    ['nothing', undefined],
    ['a text', 'already known'],
  ])('is unknown of %s', (_, error) => {
    expect(classifySendError(error)).toBe('unknown');
  });
});
