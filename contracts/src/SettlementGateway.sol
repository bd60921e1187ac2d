// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "./ISettlementGateway.sol";

/// One end of the settlement route on one chain: burns here what another gateway mints there, and the other way round.
///
/// Each settlement has one storage word a gateway, its slot: the upper 240 bits of the order's fingerprint, the attempt, the
/// state. Every operation is a transition of that word, or it is nothing. Source and destination side share the mapping, so
/// one id can never stand for two orders on a chain, in whichever direction they go.
///
///     source:       None -> Burned(0) -> Refunded(0) -> Burned(1) -> Refunded(1) -> ...
///     destination:  None -> Cancelled(n) -> Cancelled(m > n) -> Minted(k > m) -> Reversed(k)
///
/// `execute` runs each operation as a call to itself with a fixed gas cap: whatever a token or a wallet does in there, its
/// neighbours in the batch do not feel it. The inner call emits the event of what it did; of a refusal all is rolled back and
/// the outer frame emits the event, so that the usual case hashes and decodes the order just once.
contract SettlementGateway is ISettlementGateway, AccessManaged, ReentrancyGuardTransient {
    struct RouteEnds {
        address remoteGateway; // zero: not registered
        uint8 decimals;
        bool enabled;
        address remoteToken;
    }

    /// A leaky bucket in two words: what it is, and how full it is. The second is packed by hand (_level), so that an
    /// operation writes it once.
    struct Limit {
        uint128 maxAmount;
        uint128 perSecond;
        uint256 level; // the lower 128 bits: the available amount, the upper: the time it is of
    }

    /// An order in memory, laid out as EIP-712 hashes it: the hash of the type, of the id (which is the settlement's key), then
    /// the order's other ten fields as they stand in the calldata.
    struct HashedOrder {
        bytes32 typeHash;
        bytes32 key;
        address holder;
        address recipient;
        address token;
        address destinationToken;
        address destinationGateway;
        uint256 amount;
        uint256 sourceChainId;
        uint256 destinationChainId;
        uint256 validBefore;
        uint256 maxAttempts;
    }

    bytes32 private constant DOMAIN_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant ORDER_TYPE_HASH = keccak256(
        "SettlementOrder(string settlementId,address holder,address recipient,address token,address destinationToken,address destinationGateway,uint256 amount,uint256 sourceChainId,uint256 destinationChainId,uint64 validBefore,uint8 maxAttempts)"
    );
    bytes32 private constant NAME_HASH = keccak256("SettlementGateway");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// Half of secp256k1's order. A signature with a larger s is the same signature a second time (EIP-2).
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    uint256 private constant MAX_ID_BYTES = 64;
    /// Longer ones are dropped, so that what the outer frame copies is bounded. A WebAuthn assertion takes about 600.
    uint256 private constant MAX_SIGNATURE_BYTES = 4096;

    /// Gas of the self-call of each kind: enough for the first operation of a transaction (everything cold), a recipient who
    /// never held the token, and for Burn a wallet that takes all of ERC1271_GAS. The tests hold these numbers to that.
    uint256 private constant BURN_GAS = 150_000;
    uint256 private constant REFUND_GAS = 110_000;
    uint256 private constant MINT_GAS = 140_000;
    uint256 private constant CANCEL_MINT_GAS = 50_000;
    uint256 private constant REVERSE_MINT_GAS = 100_000;
    uint256 private constant ERC1271_GAS = 50_000;
    /// What the outer frame takes for one operation: copying it and, if it is refused, hashing it and emitting the event.
    uint256 private constant FRAME_GAS = 10_000;
    /// The 21,000, five cold role look-ups and the 64th part that a call cannot take along.
    uint256 private constant BASE_GAS = 90_000;

    /// Both by kind, 32 bits each.
    uint256 private constant CALL_GAS =
        BURN_GAS | (REFUND_GAS << 32) | (MINT_GAS << 64) | (CANCEL_MINT_GAS << 96) | (REVERSE_MINT_GAS << 128);
    bytes32 private constant SELECTORS =
        bytes32(ISettlementGateway.burn.selector) |
            (bytes32(ISettlementGateway.refund.selector) >> 32) |
            (bytes32(ISettlementGateway.mint.selector) >> 64) |
            (bytes32(ISettlementGateway.cancelMint.selector) >> 96) |
            (bytes32(ISettlementGateway.reverseMint.selector) >> 128);

    mapping(bytes32 settlementKey => uint256) private _slots;
    /// Never in the slot: a revocation needs no role, and a slot that anyone can write is an id that anyone can squat.
    mapping(bytes32 fingerprint => bool) private _revoked;
    mapping(address token => mapping(uint256 remoteChainId => RouteEnds)) private _routes;
    mapping(address token => Limit) private _mintLimits;
    mapping(address token => Limit) private _burnLimits;
    bool private _pausedNew;
    bool private _pausedAll;

    constructor(address authority_) AccessManaged(authority_) {}

    // ---------------------------------------------------------------------------------------------------------- operations

    /// @inheritdoc ISettlementGateway
    function execute(Operation[] calldata operations) external nonReentrant {
        uint256 asked; // one bit a kind: the manager was asked in this batch ...
        uint256 allowed; // ... and said yes
        for (uint256 i = 0; i < operations.length; ++i) {
            Operation calldata operation = operations[i];
            OperationKind kind = operation.kind;
            bytes4 selector = _selectorOf(kind);
            uint256 bit = 1 << uint256(kind);
            if (asked & bit == 0) {
                asked |= bit;
                // An immediate answer only: a role with an execution delay cannot run operations.
                (bool immediate, ) = AuthorityUtils.canCallWithDelay(authority(), msg.sender, address(this), selector);
                if (immediate) allowed |= bit;
            }
            bytes4 reason = NotAuthorized.selector;
            if (allowed & bit != 0) reason = _callSelf(operation, selector, _callGasOf(kind));
            if (reason != 0) _emitRefused(operation, kind, reason);
        }
    }

    /// @inheritdoc ISettlementGateway
    function burn(Operation calldata operation) external {
        HashedOrder memory order;
        _enter(operation.order, order);
        (bytes32 fingerprint, bool isApplied) = _checkBurn(operation, order);
        uint8 attempt = operation.attempt;
        if (isApplied) {
            emit OperationAlreadyApplied(order.key, fingerprint, OperationKind.Burn, attempt);
            return;
        }
        _spend(_burnLimits[order.token], order.amount);

        _writeSlot(order.key, fingerprint, _status(SlotState.Burned, attempt));
        _burnTokens(order.token, order.holder, order.amount);
        emit OperationApplied(order.key, fingerprint, OperationKind.Burn, attempt, order.holder, order.amount);
    }

    /// @inheritdoc ISettlementGateway
    function refund(Operation calldata operation) external {
        HashedOrder memory order;
        _enter(operation.order, order);
        _sourceRoute(order);
        bytes32 fingerprint = _fingerprint(order, address(this));
        uint256 status = _statusOf(order.key, fingerprint);
        uint8 attempt = operation.attempt;

        if (status == _status(SlotState.Refunded, attempt)) {
            emit OperationAlreadyApplied(order.key, fingerprint, OperationKind.Refund, attempt);
            return;
        }
        if (status != _status(SlotState.Burned, attempt)) revert Superseded();

        // No limit, no expiry, no disabled route: whoever was burned from must be able to get it back.
        _writeSlot(order.key, fingerprint, _status(SlotState.Refunded, attempt));
        _mintTokens(order.token, order.holder, order.amount);
        emit OperationApplied(order.key, fingerprint, OperationKind.Refund, attempt, order.holder, order.amount);
    }

    /// @inheritdoc ISettlementGateway
    function mint(Operation calldata operation) external {
        HashedOrder memory order;
        _enter(operation.order, order);
        bytes32 fingerprint = _fingerprint(order, _destinationRoute(order).remoteGateway);
        uint256 status = _statusOf(order.key, fingerprint);
        uint8 attempt = operation.attempt;

        if (status == _status(SlotState.Minted, attempt)) {
            emit OperationAlreadyApplied(order.key, fingerprint, OperationKind.Mint, attempt);
            return;
        }
        bool cancelledBefore = _stateIn(status) == SlotState.Cancelled && attempt > _attemptIn(status);
        if (_stateIn(status) != SlotState.None && !cancelledBefore) revert Superseded();

        if (block.timestamp >= order.validBefore) revert Expired();
        _spend(_mintLimits[order.destinationToken], order.amount);

        _writeSlot(order.key, fingerprint, _status(SlotState.Minted, attempt));
        _mintTokens(order.destinationToken, order.recipient, order.amount);
        emit OperationApplied(order.key, fingerprint, OperationKind.Mint, attempt, order.recipient, order.amount);
    }

    /// @inheritdoc ISettlementGateway
    function cancelMint(Operation calldata operation) external {
        HashedOrder memory order;
        _enter(operation.order, order);
        bytes32 fingerprint = _fingerprint(order, _destinationRoute(order).remoteGateway);
        uint256 status = _statusOf(order.key, fingerprint);
        uint8 attempt = operation.attempt;

        // A later tombstone holds for every earlier attempt as well.
        if (_stateIn(status) == SlotState.Cancelled && attempt <= _attemptIn(status)) {
            emit OperationAlreadyApplied(order.key, fingerprint, OperationKind.CancelMint, attempt);
            return;
        }
        if (_stateIn(status) != SlotState.None && _stateIn(status) != SlotState.Cancelled) revert Superseded();

        _writeSlot(order.key, fingerprint, _status(SlotState.Cancelled, attempt));
        emit OperationApplied(order.key, fingerprint, OperationKind.CancelMint, attempt, order.recipient, order.amount);
    }

    /// @inheritdoc ISettlementGateway
    function reverseMint(Operation calldata operation) external {
        HashedOrder memory order;
        _enter(operation.order, order);
        bytes32 fingerprint = _fingerprint(order, _destinationRoute(order).remoteGateway);
        uint256 status = _statusOf(order.key, fingerprint);
        uint8 attempt = operation.attempt;

        if (status == _status(SlotState.Reversed, attempt)) {
            emit OperationAlreadyApplied(order.key, fingerprint, OperationKind.ReverseMint, attempt);
            return;
        }
        if (status != _status(SlotState.Minted, attempt)) revert Superseded();

        _writeSlot(order.key, fingerprint, _status(SlotState.Reversed, attempt));
        _burnTokens(order.destinationToken, order.recipient, order.amount);
        emit OperationApplied(
            order.key,
            fingerprint,
            OperationKind.ReverseMint,
            attempt,
            order.recipient,
            order.amount
        );
    }

    /// @inheritdoc ISettlementGateway
    /// @dev Works while paused too: taking back consent moves nothing. Needs no route: a revocation may come before it.
    function revoke(SettlementOrder calldata orderData) external nonReentrant {
        HashedOrder memory order;
        _load(orderData, order);
        if (msg.sender != order.holder) revert NotHolder();
        if (order.sourceChainId != block.chainid) revert WrongChain();
        bytes32 fingerprint = _fingerprint(order, address(this));
        uint256 word = _slots[order.key];
        // Another order's slot is no reason to refuse: under that id this one can never be burned anyway.
        bool own = word >> 16 == uint256(fingerprint) >> 16;
        if (own && _stateIn(word) == SlotState.Burned) revert Superseded();
        _revoked[fingerprint] = true;
        emit OrderRevoked(order.key, fingerprint, order.holder);
    }

    // --------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISettlementGateway
    function slotOf(bytes32 settlementKey) external view returns (SlotState state, uint8 attempt, uint240 orderHash) {
        uint256 word = _slots[settlementKey];
        return (_stateIn(word), _attemptIn(word), uint240(word >> 16));
    }

    /// @inheritdoc ISettlementGateway
    function slotsOf(bytes32[] calldata settlementKeys) external view returns (Slot[] memory slots) {
        slots = new Slot[](settlementKeys.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 word = _slots[settlementKeys[i]];
            slots[i] = Slot(_stateIn(word), _attemptIn(word), uint240(word >> 16));
        }
    }

    /// @inheritdoc ISettlementGateway
    function burnRefusalsOf(Operation[] calldata burns) external view returns (bytes4[] memory reasons) {
        reasons = new bytes4[](burns.length);
        for (uint256 i = 0; i < burns.length; ++i) {
            reasons[i] = _askSelf(burns[i], ISettlementGateway.checkBurn.selector, BURN_GAS);
        }
    }

    /// @inheritdoc ISettlementGateway
    function checkBurn(Operation calldata operation) external view {
        if (_pausedAll) revert PausedAll();
        HashedOrder memory order;
        _load(operation.order, order);
        (, bool isApplied) = _checkBurn(operation, order);
        if (isApplied) return;
        if (order.amount > _availableOf(_burnLimits[order.token])) revert RateLimited();
        (uint256 balance, ) = _measure(order.token, order.holder);
        if (order.amount > balance) revert TokenRefused();
    }

    /// @inheritdoc ISettlementGateway
    function fingerprintOf(SettlementOrder calldata orderData) external view returns (bytes32) {
        HashedOrder memory order;
        _load(orderData, order);
        address sourceGateway = _sourceGatewayOf(order);
        if (order.sourceChainId != block.chainid) {
            if (order.destinationChainId != block.chainid) revert WrongChain();
            if (sourceGateway == address(0)) revert RouteUnknown();
        }
        return _fingerprint(order, sourceGateway);
    }

    /// @inheritdoc ISettlementGateway
    function isRevoked(bytes32 fingerprint) external view returns (bool) {
        return _revoked[fingerprint];
    }

    /// @inheritdoc ISettlementGateway
    function routeOf(address token, uint256 remoteChainId) external view returns (Route memory) {
        RouteEnds storage route = _routes[token][remoteChainId];
        return Route(route.remoteGateway, route.remoteToken, route.decimals, route.enabled);
    }

    /// @inheritdoc ISettlementGateway
    function mintLimitOf(address token) external view returns (uint256 availableAmount, uint256 maxAmount) {
        return (_availableOf(_mintLimits[token]), _mintLimits[token].maxAmount);
    }

    /// @inheritdoc ISettlementGateway
    function burnLimitOf(address token) external view returns (uint256 availableAmount, uint256 maxAmount) {
        return (_availableOf(_burnLimits[token]), _burnLimits[token].maxAmount);
    }

    /// @inheritdoc ISettlementGateway
    function pausedNew() external view returns (bool) {
        return _pausedNew;
    }

    /// @inheritdoc ISettlementGateway
    function pausedAll() external view returns (bool) {
        return _pausedAll;
    }

    /// @inheritdoc ISettlementGateway
    function gasCapOf(OperationKind kind) external pure returns (uint256) {
        return _callGasOf(kind) + FRAME_GAS;
    }

    /// @inheritdoc ISettlementGateway
    function gasBase() external pure returns (uint256) {
        return BASE_GAS;
    }

    // ------------------------------------------------------------------------------------------------------ administration

    /// @inheritdoc ISettlementGateway
    function registerRoute(
        address token,
        uint256 remoteChainId,
        address remoteGateway,
        address remoteToken,
        uint8 remoteDecimals
    ) external restricted {
        if (remoteChainId == block.chainid) revert RouteInvalid();
        if (remoteGateway == address(0) || remoteToken == address(0)) revert RouteInvalid();
        if (token.code.length == 0) revert RouteInvalid();
        if (IERC20Metadata(token).decimals() != remoteDecimals) revert DecimalsMismatch();
        RouteEnds storage route = _routes[token][remoteChainId];
        if (route.remoteGateway != address(0)) revert RouteAlreadyRegistered();
        route.remoteGateway = remoteGateway;
        route.decimals = remoteDecimals;
        route.enabled = true;
        route.remoteToken = remoteToken;
        emit RouteRegistered(token, remoteChainId, remoteGateway, remoteToken, remoteDecimals);
    }

    /// @inheritdoc ISettlementGateway
    function setRouteEnabled(address token, uint256 remoteChainId, bool enabled) external restricted {
        RouteEnds storage route = _routes[token][remoteChainId];
        if (route.remoteGateway == address(0)) revert RouteUnknown();
        route.enabled = enabled;
        emit RouteEnabledChanged(token, remoteChainId, enabled);
    }

    /// @inheritdoc ISettlementGateway
    function setLimits(
        address token,
        uint256 mintMaxAmount,
        uint256 mintPerSecond,
        uint256 burnMaxAmount,
        uint256 burnPerSecond
    ) external restricted {
        _setLimit(_mintLimits[token], mintMaxAmount, mintPerSecond);
        _setLimit(_burnLimits[token], burnMaxAmount, burnPerSecond);
        emit LimitsChanged(token, mintMaxAmount, mintPerSecond, burnMaxAmount, burnPerSecond);
    }

    /// @inheritdoc ISettlementGateway
    function setPausedNew(bool paused) external restricted {
        _pausedNew = paused;
        emit PausedNewChanged(paused);
    }

    /// @inheritdoc ISettlementGateway
    function setPausedAll(bool paused) external restricted {
        _pausedAll = paused;
        emit PausedAllChanged(paused);
    }

    // ---------------------------------------------------------------------------------------------------- the outer frame

    /// Runs one operation as a call to this contract with exactly `callGas`, and returns zero or the reason of its refusal.
    function _callSelf(Operation calldata operation, bytes4 selector, uint256 callGas) private returns (bytes4 reason) {
        (uint256 data, uint256 length) = _encodeCall(operation, selector);
        if (length == 0) return OrderInvalid.selector;

        // A call gets at most 63/64 of what is left, silently: below this the operation would be refused for want of gas that
        // its sender should have given. What is left after it must do for the event and for coming back here.
        unchecked {
            if (gasleft() < callGas + callGas / 63 + FRAME_GAS) revert InsufficientGas();
        }

        bool success;
        assembly ("memory-safe") {
            success := call(callGas, address(), 0, data, length, 0, 4)
            if iszero(success) {
                if gt(returndatasize(), 3) {
                    reason := and(mload(0), shl(224, 0xffffffff))
                }
            }
        }
        // Every refusal names its reason; the one that cannot is running out of gas.
        if (!success && reason == 0) reason = GasCapExceeded.selector;
    }

    /// `_callSelf` for what only looks.
    function _askSelf(
        Operation calldata operation,
        bytes4 selector,
        uint256 callGas
    ) private view returns (bytes4 reason) {
        (uint256 data, uint256 length) = _encodeCall(operation, selector);
        if (length == 0) return OrderInvalid.selector;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(callGas, address(), data, length, 0, 4)
            if iszero(success) {
                if gt(returndatasize(), 3) {
                    reason := and(mload(0), shl(224, 0xffffffff))
                }
            }
        }
        if (!success && reason == 0) reason = GasCapExceeded.selector;
    }

    /// The canonical encoding of `selector(operation)`, copied word for word: several times cheaper than decoding the order to
    /// memory and encoding it again. Memory behind the free pointer is scratch space, used anew by each operation.
    /// No encoding (length zero) for an id of a length that is never valid: what is copied here must be bounded.
    function _encodeCall(
        Operation calldata operation,
        bytes4 selector
    ) private pure returns (uint256 data, uint256 length) {
        SettlementOrder calldata order = operation.order;
        string calldata id = order.settlementId;
        if (!_isIdLength(bytes(id).length)) return (0, 0);
        bytes calldata signature = operation.signature;
        // Without a signature no burn is possible, so one that is too long need not reach the inner call.
        uint256 signatureLength = signature.length > MAX_SIGNATURE_BYTES ? 0 : signature.length;
        assembly ("memory-safe") {
            let idSpace := and(add(id.length, 31), not(31))
            data := mload(0x40)
            mstore(data, selector)
            let words := add(data, 4)
            mstore(words, 0x20) // where the operation starts
            calldatacopy(add(words, 0x20), operation, 0x40) // kind, attempt
            mstore(add(words, 0x60), 0x80) // where, from the operation on, the order starts
            mstore(add(words, 0x80), add(0x200, idSpace)) // ... and the signature
            mstore(add(words, 0xa0), 0x160) // where, from the order on, the id starts
            calldatacopy(add(words, 0xc0), add(order, 0x20), 0x140) // holder to maxAttempts
            mstore(add(words, 0x200), id.length)
            words := add(words, 0x220)
            calldatacopy(words, id.offset, idSpace)
            words := add(words, idSpace)
            mstore(words, signatureLength)
            words := add(words, 0x20)
            calldatacopy(words, signature.offset, signatureLength)
            length := sub(add(words, and(add(signatureLength, 31), not(31))), data)
        }
    }

    function _emitRefused(Operation calldata operation, OperationKind kind, bytes4 reason) private {
        bytes32 key;
        bytes32 fingerprint;
        bytes calldata id = bytes(operation.order.settlementId);
        if (_isIdLength(id.length)) {
            HashedOrder memory order;
            _copy(operation.order, id, order);
            key = order.key;
            fingerprint = _fingerprint(order, _sourceGatewayOf(order));
        }
        emit OperationRefused(key, fingerprint, kind, operation.attempt, reason);
    }

    function _selectorOf(OperationKind kind) private pure returns (bytes4) {
        return bytes4(SELECTORS << (uint256(kind) << 5));
    }

    function _callGasOf(OperationKind kind) private pure returns (uint256) {
        return uint32(CALL_GAS >> (uint256(kind) << 5));
    }

    // -------------------------------------------------------------------------------------------------- what a burn needs

    /// All that is asked of a burn but the limit and the token; reverts with the reason of its refusal.
    function _checkBurn(
        Operation calldata operation,
        HashedOrder memory order
    ) private view returns (bytes32 fingerprint, bool isApplied) {
        RouteEnds storage route = _sourceRoute(order);
        fingerprint = _fingerprint(order, address(this));
        uint256 status = _statusOf(order.key, fingerprint);
        uint8 attempt = operation.attempt;

        if (status == _status(SlotState.Burned, attempt)) return (fingerprint, true);
        uint256 before = attempt == 0 ? _status(SlotState.None, 0) : _status(SlotState.Refunded, attempt - 1);
        if (status != before) revert Superseded();

        // What can never change first, then what may be different in a minute.
        if (attempt >= order.maxAttempts) revert AttemptsExhausted();
        if (_revoked[fingerprint]) revert Revoked();
        if (block.timestamp >= order.validBefore) revert Expired();
        if (!_isSigned(order.holder, fingerprint, operation.signature)) revert SignatureInvalid();
        if (_pausedNew) revert PausedNew();
        if (!route.enabled) revert RouteDisabled();
    }

    // ------------------------------------------------------------------------------------------- the order and its route

    /// The first line of every inner call.
    function _enter(SettlementOrder calldata orderData, HashedOrder memory order) private view {
        if (msg.sender != address(this)) revert NotSelf();
        if (_pausedAll) revert PausedAll();
        _load(orderData, order);
    }

    /// The order, or OrderInvalid.
    function _load(SettlementOrder calldata orderData, HashedOrder memory order) private pure {
        bytes calldata id = bytes(orderData.settlementId);
        if (!_isIdLength(id.length)) revert OrderInvalid();
        _copy(orderData, id, order);
        bool wide;
        // The words came as they are. One wider than its type would make another fingerprint of the same order.
        assembly ("memory-safe") {
            let addresses := or(mload(add(order, 0x40)), mload(add(order, 0x60)))
            addresses := or(addresses, or(mload(add(order, 0x80)), mload(add(order, 0xa0))))
            addresses := or(addresses, mload(add(order, 0xc0)))
            wide := or(shr(160, addresses), or(shr(64, mload(add(order, 0x140))), shr(8, mload(add(order, 0x160)))))
        }
        if (wide || order.amount == 0 || order.recipient == address(0)) revert OrderInvalid();
    }

    /// The order's words, unchecked.
    function _copy(SettlementOrder calldata orderData, bytes calldata id, HashedOrder memory order) private pure {
        order.typeHash = ORDER_TYPE_HASH;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, id.offset, id.length)
            mstore(add(order, 0x20), keccak256(scratch, id.length)) // key
            calldatacopy(add(order, 0x40), add(orderData, 0x20), 0x140) // holder to maxAttempts
        }
    }

    function _isIdLength(uint256 length) private pure returns (bool) {
        return length != 0 && length <= MAX_ID_BYTES;
    }

    function _sourceRoute(HashedOrder memory order) private view returns (RouteEnds storage route) {
        if (order.sourceChainId != block.chainid) revert WrongChain();
        route = _routes[order.token][order.destinationChainId];
        address remoteGateway = route.remoteGateway;
        if (remoteGateway == address(0) || remoteGateway != order.destinationGateway) revert RouteUnknown();
        if (route.remoteToken != order.destinationToken) revert RouteUnknown();
    }

    function _destinationRoute(HashedOrder memory order) private view returns (RouteEnds storage route) {
        if (order.destinationChainId != block.chainid) revert WrongChain();
        if (order.destinationGateway != address(this)) revert WrongChain();
        route = _routes[order.destinationToken][order.sourceChainId];
        if (route.remoteGateway == address(0) || route.remoteToken != order.token) revert RouteUnknown();
    }

    /// Zero if this gateway is the order's destination and does not know the route.
    function _sourceGatewayOf(HashedOrder memory order) private view returns (address) {
        if (order.sourceChainId == block.chainid) return address(this);
        return _routes[order.destinationToken][order.sourceChainId].remoteGateway;
    }

    /// The order's EIP-712 digest in the domain of its source gateway.
    function _fingerprint(HashedOrder memory order, address sourceGateway) private pure returns (bytes32 fingerprint) {
        uint256 sourceChainId = order.sourceChainId;
        bytes32 typeHash = DOMAIN_TYPE_HASH;
        bytes32 nameHash = NAME_HASH;
        bytes32 versionHash = VERSION_HASH;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            mstore(add(words, 0x20), nameHash)
            mstore(add(words, 0x40), versionHash)
            mstore(add(words, 0x60), sourceChainId)
            mstore(add(words, 0x80), sourceGateway)
            let domainSeparator := keccak256(words, 0xa0)
            mstore(words, hex"1901")
            mstore(add(words, 0x02), domainSeparator)
            mstore(add(words, 0x22), keccak256(order, 0x180))
            fingerprint := keccak256(words, 0x42)
        }
    }

    // ----------------------------------------------------------------------------------------------------------- the slot

    /// Attempt and state of the slot; zero, which is None, when it is empty.
    function _statusOf(bytes32 key, bytes32 fingerprint) private view returns (uint256) {
        uint256 word = _slots[key];
        if (word != 0 && word >> 16 != uint256(fingerprint) >> 16) revert OrderMismatch();
        return word & 0xffff;
    }

    /// Always before any token is touched: a token that calls back finds the operation done.
    function _writeSlot(bytes32 key, bytes32 fingerprint, uint256 status) private {
        _slots[key] = ((uint256(fingerprint) >> 16) << 16) | status;
    }

    function _status(SlotState state, uint8 attempt) private pure returns (uint256) {
        return (uint256(attempt) << 8) | uint256(state);
    }

    function _stateIn(uint256 status) private pure returns (SlotState) {
        return SlotState(uint8(status));
    }

    function _attemptIn(uint256 status) private pure returns (uint8) {
        return uint8(status >> 8);
    }

    // ---------------------------------------------------------------------------------------------------------- signature

    /// The key first, the code second: an account that delegated itself to code (EIP-7702) still signs with its key.
    function _isSigned(address holder, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (signature.length == 65) {
            bytes32 r;
            bytes32 s;
            uint8 v;
            assembly ("memory-safe") {
                r := calldataload(signature.offset)
                s := calldataload(add(signature.offset, 0x20))
                v := byte(0, calldataload(add(signature.offset, 0x40)))
            }
            if (uint256(s) <= MAX_S) {
                address signer = ecrecover(digest, v, r, s);
                if (signer != address(0) && signer == holder) return true;
            }
        }
        return holder.code.length != 0 && _isSignedByContract(holder, digest, signature);
    }

    function _isSignedByContract(address holder, bytes32 digest, bytes calldata signature) private view returns (bool) {
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        // Short of gas is not the wallet's no.
        if (gasleft() < ERC1271_GAS + ERC1271_GAS / 63 + 1_000) revert GasCapExceeded();
        bool success;
        bytes32 answer;
        assembly ("memory-safe") {
            success := staticcall(ERC1271_GAS, holder, add(data, 0x20), mload(data), 0, 0x20)
            if lt(returndatasize(), 0x20) {
                success := 0
            }
            answer := mload(0)
        }
        return success && answer == bytes32(IERC1271.isValidSignature.selector);
    }

    // ------------------------------------------------------------------------------------------------------------- limits

    function _availableOf(Limit storage limit) private view returns (uint256 availableAmount) {
        uint256 level = limit.level;
        uint256 updatedAt = level >> 128;
        uint256 elapsedSeconds = block.timestamp > updatedAt ? block.timestamp - updatedAt : 0;
        uint256 maxAmount = limit.maxAmount;
        // No overflow while a timestamp has less than 127 bits.
        unchecked {
            availableAmount = uint128(level) + elapsedSeconds * limit.perSecond;
        }
        if (availableAmount > maxAmount) availableAmount = maxAmount;
    }

    function _spend(Limit storage limit, uint256 amount) private {
        uint256 availableAmount = _availableOf(limit);
        if (amount > availableAmount) revert RateLimited();
        unchecked {
            limit.level = _levelNow(availableAmount - amount);
        }
    }

    function _setLimit(Limit storage limit, uint256 maxAmount, uint256 perSecond) private {
        if (maxAmount > type(uint128).max || perSecond > type(uint128).max) revert LimitInvalid();
        uint256 usedAmount = limit.maxAmount - _availableOf(limit);
        limit.level = _levelNow(maxAmount > usedAmount ? maxAmount - usedAmount : 0);
        limit.maxAmount = uint128(maxAmount);
        limit.perSecond = uint128(perSecond);
    }

    function _levelNow(uint256 availableAmount) private view returns (uint256) {
        return (block.timestamp << 128) | availableAmount;
    }

    // -------------------------------------------------------------------------------------------------------------- token

    function _mintTokens(address token, address account, uint256 amount) private {
        (uint256 balanceBefore, uint256 supplyBefore) = _measure(token, account);
        _callToken(token, IERC7802.crosschainMint.selector, account, amount);
        (uint256 balanceAfter, uint256 supplyAfter) = _measure(token, account);
        if (!_isSum(balanceAfter, balanceBefore, amount)) revert TokenMisbehaved();
        if (!_isSum(supplyAfter, supplyBefore, amount)) revert TokenMisbehaved();
    }

    function _burnTokens(address token, address account, uint256 amount) private {
        (uint256 balanceBefore, uint256 supplyBefore) = _measure(token, account);
        _callToken(token, IERC7802.crosschainBurn.selector, account, amount);
        (uint256 balanceAfter, uint256 supplyAfter) = _measure(token, account);
        if (!_isSum(balanceBefore, balanceAfter, amount)) revert TokenMisbehaved();
        if (!_isSum(supplyBefore, supplyAfter, amount)) revert TokenMisbehaved();
    }

    function _isSum(uint256 whole, uint256 part, uint256 amount) private pure returns (bool) {
        return whole >= part && whole - part == amount;
    }

    function _measure(
        address token,
        address account
    ) private view returns (uint256 accountBalance, uint256 tokenSupply) {
        bool success;
        bytes4 balanceOf = IERC20.balanceOf.selector;
        bytes4 totalSupply = IERC20.totalSupply.selector;
        // An answer shorter than a word is none, so a token without code ends here.
        assembly ("memory-safe") {
            mstore(0, balanceOf)
            mstore(4, account)
            success := and(gt(returndatasize(), 0x1f), staticcall(gas(), token, 0, 0x24, 0, 0x20))
            accountBalance := mload(0)
            mstore(0, totalSupply)
            success := and(success, and(gt(returndatasize(), 0x1f), staticcall(gas(), token, 0, 4, 0, 0x20)))
            tokenSupply := mload(0)
        }
        if (!success) revert TokenMisbehaved();
    }

    /// What the token returns is not looked at: its balances are.
    function _callToken(address token, bytes4 selector, address account, uint256 amount) private {
        bool success;
        uint256 gasBefore = gasleft();
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 0x04), account)
            mstore(add(data, 0x24), amount)
            success := call(gas(), token, 0, data, 0x44, 0, 0)
        }
        if (success) return;
        // A call that took all it was given left us a 64th part.
        if (gasleft() <= gasBefore / 64) revert GasCapExceeded();
        revert TokenRefused();
    }
}
