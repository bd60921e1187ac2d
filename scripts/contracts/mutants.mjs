// Planted bugs: each is a small edit of the contracts that some test must notice. An edit's text must stand exactly once in its
// file, so that a mutant cannot quietly turn into nothing when the contracts change.
//
// `invariants: true` marks those that break one of I1 to I5: the invariant suites must notice them on their own as well.

const gateway = 'contracts/src/SettlementGateway.sol';
const token = 'contracts/src/SettlementToken.sol';

const revertIfSuperseded = (condition) => `if (${condition}) revert Superseded();`;

export const mutants = [
  // ------------------------------------------------------------------------------------------------------------- the slot
  {
    name: 'burn: slot not checked',
    file: gateway,
    find: revertIfSuperseded('status != before'),
    replace: '',
    invariants: true,
  },
  {
    name: 'burn: attempt not compared',
    file: gateway,
    find: revertIfSuperseded('status != before'),
    replace: revertIfSuperseded('_stateIn(status) != _stateIn(before)'),
    invariants: true,
  },
  {
    name: 'refund without a burn',
    file: gateway,
    find: revertIfSuperseded('status != _status(SlotState.Burned, attempt)'),
    replace: '',
    invariants: true,
  },
  {
    name: 'refund: attempt not compared',
    file: gateway,
    find: revertIfSuperseded('status != _status(SlotState.Burned, attempt)'),
    replace: revertIfSuperseded('_stateIn(status) != SlotState.Burned'),
    invariants: true,
  },
  {
    name: 'mint: slot not checked',
    file: gateway,
    find: revertIfSuperseded('_stateIn(status) != SlotState.None && !cancelledBefore'),
    replace: '',
    invariants: true,
  },
  {
    name: 'mint after cancel',
    file: gateway,
    find: 'SlotState.Cancelled && attempt > _attemptIn(status);',
    replace: 'SlotState.Cancelled && attempt >= _attemptIn(status);',
    invariants: true,
  },
  {
    name: 'mint after reversal',
    file: gateway,
    find: revertIfSuperseded('_stateIn(status) != SlotState.None && !cancelledBefore'),
    replace: revertIfSuperseded(
      '_stateIn(status) != SlotState.None && _stateIn(status) != SlotState.Reversed && !cancelledBefore',
    ),
    invariants: true,
  },
  {
    name: 'cancel after mint',
    file: gateway,
    find: revertIfSuperseded('_stateIn(status) != SlotState.None && _stateIn(status) != SlotState.Cancelled'),
    replace: revertIfSuperseded('_stateIn(status) == SlotState.Reversed'),
    invariants: true,
  },
  {
    name: 'reversal: attempt not compared',
    file: gateway,
    find: revertIfSuperseded('status != _status(SlotState.Minted, attempt)'),
    replace: revertIfSuperseded('_stateIn(status) != SlotState.Minted'),
  },
  {
    name: 'reversal without a mint',
    file: gateway,
    find: revertIfSuperseded('status != _status(SlotState.Minted, attempt)'),
    replace: '',
  },
  {
    name: 'order hash not compared',
    file: gateway,
    find: 'if (word != 0 && word >> 16 != uint256(fingerprint) >> 16) revert OrderMismatch();',
    replace: '',
    invariants: true,
  },
  {
    name: 'AlreadyApplied: attempt of a burn ignored',
    file: gateway,
    find: 'if (status == _status(SlotState.Burned, attempt)) return (fingerprint, true);',
    replace: 'if (_stateIn(status) == SlotState.Burned) return (fingerprint, true);',
  },
  {
    name: 'AlreadyApplied: attempt of a mint ignored',
    file: gateway,
    find: 'if (status == _status(SlotState.Minted, attempt)) {',
    replace: 'if (_stateIn(status) == SlotState.Minted) {',
  },
  {
    name: 'AlreadyApplied: a minted slot counts as cancelled',
    file: gateway,
    find: 'if (_stateIn(status) == SlotState.Cancelled && attempt <= _attemptIn(status)) {',
    replace: 'if (_stateIn(status) != SlotState.None && attempt <= _attemptIn(status)) {',
  },
  {
    name: 'slot written after the token call',
    file: gateway,
    find: `        _writeSlot(order.key, fingerprint, _status(SlotState.Minted, attempt));
        _mintTokens(order.destinationToken, order.recipient, order.amount);`,
    replace: `        _mintTokens(order.destinationToken, order.recipient, order.amount);
        _writeSlot(order.key, fingerprint, _status(SlotState.Minted, attempt));`,
  },

  // ------------------------------------------------------------------------------------------------------------- the batch
  {
    name: 'one bad operation reverts the rest',
    file: gateway,
    find: 'if (reason != 0) _emitRefused(operation, kind, reason);',
    replace: 'if (reason != 0) revert Superseded();',
  },
  {
    name: 'gas cap dropped',
    file: gateway,
    find: 'success := call(callGas, address(), 0, data, length, 0, 4)',
    replace: 'success := call(gas(), address(), 0, data, length, 0, 4)',
  },
  {
    name: 'insufficient-gas check dropped',
    file: gateway,
    find: 'if (gasleft() < callGas + callGas / 63 + FRAME_GAS) revert InsufficientGas();',
    replace: '',
  },
  {
    name: "frame's share below what a refusal costs",
    file: gateway,
    find: 'FRAME_GAS = 10_000;',
    replace: 'FRAME_GAS = 2_000;',
  },
  {
    name: 'burn cap below the dearest legal burn',
    file: gateway,
    find: 'BURN_GAS = 150_000;',
    replace: 'BURN_GAS = 120_000;',
  },
  {
    name: 'mint cap below the dearest legal mint',
    file: gateway,
    find: 'MINT_GAS = 140_000;',
    replace: 'MINT_GAS = 105_000;',
  },
  {
    name: 'base below what a frame costs',
    file: gateway,
    find: 'BASE_GAS = 90_000;',
    replace: 'BASE_GAS = 25_000;',
  },
  {
    name: 're-entrancy guard of execute dropped',
    file: gateway,
    find: 'function execute(Operation[] calldata operations) external nonReentrant {',
    replace: 'function execute(Operation[] calldata operations) external {',
  },
  {
    name: 're-entrancy guard of revoke dropped',
    file: gateway,
    find: 'function revoke(SettlementOrder calldata orderData) external nonReentrant {',
    replace: 'function revoke(SettlementOrder calldata orderData) external {',
  },
  {
    name: 'role not checked',
    file: gateway,
    find: 'if (immediate) allowed |= bit;',
    replace: 'allowed |= bit;',
  },
  {
    name: 'role of one kind taken for all',
    file: gateway,
    find: 'uint256 bit = 1 << uint256(kind);',
    replace: 'uint256 bit = 1;',
  },
  {
    name: 'entry points open to everybody',
    file: gateway,
    find: 'if (msg.sender != address(this)) revert NotSelf();',
    replace: '',
  },
  {
    name: 'running out of gas taken for a refusal of the token',
    file: gateway,
    find: 'if (gasleft() <= gasBefore / 64) revert GasCapExceeded();',
    replace: '',
  },

  // ------------------------------------------------------------------------------------------------ the order and its route
  {
    name: 'source: remote gateway not checked',
    file: gateway,
    find: 'remoteGateway == address(0) || remoteGateway != order.destinationGateway',
    replace: 'remoteGateway == address(0)',
  },
  {
    name: 'source: remote token not checked',
    file: gateway,
    find: 'if (route.remoteToken != order.destinationToken) revert RouteUnknown();',
    replace: '',
  },
  {
    name: 'destination: remote token not checked',
    file: gateway,
    find: 'route.remoteGateway == address(0) || route.remoteToken != order.token',
    replace: 'route.remoteGateway == address(0)',
  },
  {
    name: 'destination: own gateway not checked',
    file: gateway,
    find: 'if (order.destinationGateway != address(this)) revert WrongChain();',
    replace: '',
  },
  {
    name: 'destination: chain not checked',
    file: gateway,
    find: 'if (order.destinationChainId != block.chainid) revert WrongChain();\n        if (order.destinationGateway',
    replace: 'if (order.destinationGateway',
  },
  {
    name: 'disabled route burns',
    file: gateway,
    find: 'if (!route.enabled) revert RouteDisabled();',
    replace: '',
  },
  {
    name: 'fingerprint without the source chain',
    file: gateway,
    find: 'mstore(add(words, 0x60), sourceChainId)',
    replace: 'mstore(add(words, 0x60), 0)',
  },
  {
    name: 'words wider than their types accepted',
    file: gateway,
    find: 'if (wide || order.amount == 0 ||',
    replace: 'if (order.amount == 0 ||',
  },
  {
    name: 'a route can be registered again',
    file: gateway,
    find: 'if (route.remoteGateway != address(0)) revert RouteAlreadyRegistered();',
    replace: '',
  },
  {
    name: 'decimals not compared',
    file: gateway,
    find: 'if (IERC20Metadata(token).decimals() != remoteDecimals) revert DecimalsMismatch();',
    replace: '',
  },

  // ------------------------------------------------------------------------------------------------- consent, time, pauses
  {
    name: 'signature not checked',
    file: gateway,
    find: 'if (!_isSigned(order.holder, fingerprint, operation.signature)) revert SignatureInvalid();',
    replace: '',
  },
  {
    name: 'signature with the high s accepted',
    file: gateway,
    find: 'if (uint256(s) <= MAX_S) {',
    replace: 'if (uint256(s) > 0) {',
  },
  {
    name: 'failed recovery taken for the zero holder',
    file: gateway,
    find: 'if (signer != address(0) && signer == holder) return true;',
    replace: 'if (signer == holder) return true;',
  },
  {
    name: 'wallet: gas not capped',
    file: gateway,
    find: 'success := staticcall(ERC1271_GAS, holder, add(data, 0x20), mload(data), 0, 0x20)',
    replace: 'success := staticcall(gas(), holder, add(data, 0x20), mload(data), 0, 0x20)',
  },
  {
    name: 'wallet: any answer is a yes',
    file: gateway,
    find: 'return success && answer == bytes32(IERC1271.isValidSignature.selector);',
    replace: 'return success;',
  },
  {
    name: 'revocation not checked',
    file: gateway,
    find: 'if (_revoked[fingerprint]) revert Revoked();',
    replace: '',
  },
  {
    name: 'revocation by anybody',
    file: gateway,
    find: 'if (msg.sender != order.holder) revert NotHolder();',
    replace: '',
  },
  {
    name: 'revocation while burned',
    file: gateway,
    find: 'if (own && _stateIn(word) == SlotState.Burned) revert Superseded();',
    replace: '',
  },
  {
    name: 'attempts off by one',
    file: gateway,
    find: 'if (attempt >= order.maxAttempts) revert AttemptsExhausted();',
    replace: 'if (attempt > order.maxAttempts) revert AttemptsExhausted();',
    invariants: true,
  },
  {
    name: 'expiry of a burn off by one',
    file: gateway,
    find: 'revert Revoked();\n        if (block.timestamp >= order.validBefore) revert Expired();',
    replace: 'revert Revoked();\n        if (block.timestamp > order.validBefore) revert Expired();',
  },
  {
    name: 'expiry of a mint off by one',
    file: gateway,
    find: 'if (block.timestamp >= order.validBefore) revert Expired();\n        _spend(_mintLimits',
    replace: 'if (block.timestamp > order.validBefore) revert Expired();\n        _spend(_mintLimits',
  },
  {
    name: 'expiry of a mint dropped',
    file: gateway,
    find: 'if (block.timestamp >= order.validBefore) revert Expired();\n        _spend(_mintLimits',
    replace: '_spend(_mintLimits',
    // The refund's third proof is built on it.
    invariants: true,
  },
  {
    name: 'pause of new ignored',
    file: gateway,
    find: 'if (_pausedNew) revert PausedNew();',
    replace: '',
  },
  {
    name: 'pause of all ignored',
    file: gateway,
    find: `if (msg.sender != address(this)) revert NotSelf();
        if (_pausedAll) revert PausedAll();`,
    replace: 'if (msg.sender != address(this)) revert NotSelf();',
  },
  {
    name: 'told refusals: the pause of all is not',
    file: gateway,
    find: `view {
        if (_pausedAll) revert PausedAll();
        HashedOrder memory order;`,
    replace: `view {
        HashedOrder memory order;`,
  },
  {
    name: 'told refusals: the limit is not',
    file: gateway,
    find: 'if (order.amount > _availableOf(_burnLimits[order.token])) revert RateLimited();',
    replace: '',
  },
  {
    name: 'told refusals: the balance is not',
    file: gateway,
    find: 'if (order.amount > balance) revert TokenRefused();',
    replace: 'if (order.amount >= balance) revert TokenRefused();',
  },
  {
    name: 'told refusals: an id of no valid length has none',
    file: gateway,
    find: `if (length == 0) return OrderInvalid.selector;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(`,
    replace: `if (length == 0) return 0;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(`,
  },

  // ------------------------------------------------------------------------------------------------------ limits and tokens
  {
    name: 'limit on refunds',
    file: gateway,
    find: '_mintTokens(order.token, order.holder, order.amount);',
    replace:
      '_spend(_mintLimits[order.token], order.amount);\n        _mintTokens(order.token, order.holder, order.amount);',
  },
  {
    name: 'no limit on burns',
    file: gateway,
    find: '_spend(_burnLimits[order.token], order.amount);',
    replace: '',
  },
  {
    name: 'no limit on mints',
    file: gateway,
    find: '_spend(_mintLimits[order.destinationToken], order.amount);',
    replace: '',
  },
  {
    name: 'a change of limits refills',
    file: gateway,
    find: 'limit.level = _levelNow(maxAmount > usedAmount ? maxAmount - usedAmount : 0);',
    replace: 'limit.level = _levelNow(maxAmount);',
  },
  {
    name: 'mint: balance not compared',
    file: gateway,
    find: 'if (!_isSum(balanceAfter, balanceBefore, amount)) revert TokenMisbehaved();',
    replace: '',
  },
  {
    name: 'mint: supply not compared',
    file: gateway,
    find: 'if (!_isSum(supplyAfter, supplyBefore, amount)) revert TokenMisbehaved();',
    replace: '',
  },
  {
    name: 'burn: balance not compared',
    file: gateway,
    find: 'if (!_isSum(balanceBefore, balanceAfter, amount)) revert TokenMisbehaved();',
    replace: '',
  },
  {
    name: 'burn: supply not compared',
    file: gateway,
    find: 'if (!_isSum(supplyBefore, supplyAfter, amount)) revert TokenMisbehaved();',
    replace: '',
  },
  {
    name: 'mint to the holder',
    file: gateway,
    find: '_mintTokens(order.destinationToken, order.recipient, order.amount);',
    replace: '_mintTokens(order.destinationToken, order.holder, order.amount);',
    invariants: true,
  },
  {
    name: 'token: a frozen account moves',
    file: token,
    find: 'if (balance & FROZEN != 0) revert AccountFrozen(account);',
    replace: 'balance &= ~FROZEN;',
  },
  {
    name: 'token: an amount reaches the frozen bit',
    file: token,
    find: 'if (supply >= FROZEN) revert SupplyTooLarge();',
    replace: '',
  },
  {
    name: "token: the manager's yes kept for every function",
    file: token,
    find: '(uint256(uint32(msg.sig)) << 160) | uint160(caller)',
    replace: 'uint160(caller)',
  },
  {
    name: "token: the manager's yes kept for every caller",
    file: token,
    find: '(uint256(uint32(msg.sig)) << 160) | uint160(caller)',
    replace: 'uint256(uint32(msg.sig)) << 160',
  },
];
